//! The pictures on a device that draws.

use crate::js;
use burn::tensor::Tensor;
use burn::tensor::wgpu::{WgpuSetup, wgpu};
use js_sys::Uint32Array;
use nested_memory_kernels::heat_map::{COLOURS, Canvas, Painter, Picture, root_mean_square};
use nested_memory_model::{LEVELS, LevelName, Memory};
use std::collections::HashMap;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::OffscreenCanvas;

/// Which picture: a level and a block, counted among those that remember.
type Place = (usize, usize);

/// All pictures.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    painter: Option<Painter>,
    palettes: [Vec<u32>; LEVELS],
    canvases: HashMap<Place, [wgpu::Surface<'static>; 2]>,
    shown: HashMap<Place, Shown>,
}

/// The weights that a picture shows, and those that it showed before.
#[derive(Debug, Clone)]
struct Shown {
    now: Tensor<2>,
    before: Tensor<2>,
    unit: Tensor<1>,
}

impl Drawn {
    /// From now on this device draws.
    pub(super) fn begin(&mut self, setup: Option<WgpuSetup>) {
        self.painter = setup.map(Painter::new);
    }

    /// Takes canvases and colours.
    pub(super) fn hear(&mut self, message: &JsValue) -> bool {
        let text = |name| js::property(message, name).and_then(|value| value.as_string());
        let kind = text("type").unwrap_or_default();
        if kind != "panel" && kind != "palette" {
            return false;
        }
        let level =
            text("level").and_then(|name| LevelName::ALL.into_iter().find(|one| one.as_str() == name));
        let Some(level) = level.map(LevelName::index) else { return true };
        if kind == "palette" {
            let colours = js::property(message, "colours").and_then(|colours| colours.dyn_into().ok());
            self.palettes[level] = colours.map(|colours: Uint32Array| colours.to_vec()).unwrap_or_default();
            let places: Vec<Place> = self.canvases.keys().filter(|(of, _)| *of == level).copied().collect();
            places.into_iter().for_each(|place| self.paint(place));
            return true;
        }
        let block =
            js::property(message, "block").and_then(|block| block.as_f64()).unwrap_or_default() as usize;
        let surfaces = ["weights", "glow"].map(|name| self.surface(js::property(message, name)?));
        if let [Some(weights), Some(glow)] = surfaces {
            self.canvases.insert((level, block), [weights, glow]);
            self.paint((level, block));
        }
        true
    }

    /// Draws the present weights of a level.
    pub(super) fn show(&mut self, memory: &Memory, level: LevelName) -> bool {
        if self.painter.is_none() {
            return false;
        }
        let level = level.index();
        let weights = memory.state.levels.iter().map(|levels| {
            let weights = levels[level].memory.clone();
            let [_, units, width] = weights.dims();
            weights.reshape([units, width])
        });
        let weights: Vec<Tensor<2>> = weights.collect();
        let lengths = weights.iter().map(|weights| root_mean_square(weights.clone()));
        let larger = |one: Tensor<1>, other: Tensor<1>| one.clone() + (other - one).clamp_min(0.0);
        let Some(unit) = lengths.reduce(larger) else { return false };
        for (block, now) in weights.into_iter().enumerate() {
            let old = self.shown.remove(&(level, block)).map(|shown| shown.now);
            let before = old.filter(|old| old.dims() == now.dims()).unwrap_or_else(|| now.clone());
            self.shown.insert((level, block), Shown { now, before, unit: unit.clone() });
            self.paint((level, block));
        }
        true
    }

    /// Draws a picture, if all that it needs is there.
    fn paint(&mut self, place: Place) {
        let (Some(painter), Some(canvases), Some(shown)) =
            (&mut self.painter, self.canvases.get(&place), self.shown.get(&place))
        else {
            return;
        };
        let palette = &self.palettes[place.0];
        if palette.len() != COLOURS {
            return;
        }
        let Shown { now, before, unit } = shown.clone();
        let [weights, glow] = canvases;
        painter.paint(&Canvas { weights, glow }, Picture { now, before, unit, palette });
    }

    /// A canvas as something that the device draws on.
    fn surface(&self, canvas: JsValue) -> Option<wgpu::Surface<'static>> {
        let canvas = canvas.dyn_into::<OffscreenCanvas>().ok()?;
        let instance = &self.painter.as_ref()?.setup().instance;
        instance.create_surface(wgpu::SurfaceTarget::OffscreenCanvas(canvas)).ok()
    }
}
