//! The render passes.

use super::{BROKEN, COLOURS, FULL, GLOW, STEPS, root_mean_square};
use burn::backend::wgpu::{CubeTensor, into_contiguous};
use burn::backend::{BackendTensor, DispatchTensorKind};
use burn::tensor::Tensor;
use burn::tensor::wgpu::{WgpuSetup, wgpu};
use cubecl::wgpu::{AutoCompiler, WgpuResource, WgpuServer};
use std::collections::HashMap;

const SHADER: &str = include_str!("../../../../shaders/heat_map.wgsl");
/// What the shader is given beside the shape.
const TABLES: u32 = 4;

/// What is to be seen of one matrix.
#[derive(Debug)]
pub struct Picture<'a> {
    /// D: `[units, width]`.
    pub now: Tensor<2>,
    /// D when it was drawn last.
    pub before: Tensor<2>,
    /// The root mean square that the colours are measured by, `[1]`: the largest of the matrices that are compared.
    pub unit: Tensor<1>,
    /// [`COLOURS`] of them.
    pub palette: &'a [u32],
}

/// What is drawn on.
#[derive(Debug)]
pub struct Canvas<'a> {
    /// The weights' surface.
    pub weights: &'a wgpu::Surface<'static>,
    /// The glow's, with a transparent ground.
    pub glow: &'a wgpu::Surface<'static>,
}

/// Draws on the device that computes.
#[derive(Debug)]
pub struct Painter {
    setup: WgpuSetup,
    shader: wgpu::ShaderModule,
    groups: wgpu::BindGroupLayout,
    layout: wgpu::PipelineLayout,
    pipelines: HashMap<(wgpu::TextureFormat, &'static str), wgpu::RenderPipeline>,
}

impl Painter {
    /// For the device of a setup.
    #[must_use]
    pub fn new(setup: WgpuSetup) -> Self {
        let device = &setup.device;
        let numbers = [("steps", STEPS), ("broken", BROKEN), ("glow", GLOW)];
        let source = numbers.into_iter().fold(SHADER.to_owned(), |source, (name, number)| {
            source.replace(&format!("{{{{ {name} }}}}"), &number.to_string())
        });
        let shader = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some("heat map"),
            source: wgpu::ShaderSource::Wgsl(source.into()),
        });
        let entry = |binding, ty| wgpu::BindGroupLayoutEntry {
            binding,
            visibility: wgpu::ShaderStages::FRAGMENT,
            ty: wgpu::BindingType::Buffer { ty, has_dynamic_offset: false, min_binding_size: None },
            count: None,
        };
        let mut entries = vec![entry(0, wgpu::BufferBindingType::Uniform)];
        entries
            .extend((1..=TABLES).map(|at| entry(at, wgpu::BufferBindingType::Storage { read_only: true })));
        let groups = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("heat map"),
            entries: &entries,
        });
        let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some("heat map"),
            bind_group_layouts: &[Some(&groups)],
            immediate_size: 0,
        });
        Self { shader, groups, layout, pipelines: HashMap::new(), setup }
    }

    /// The device's setup.
    #[must_use]
    pub const fn setup(&self) -> &WgpuSetup {
        &self.setup
    }

    /// Draws the weights and their glow. Gives `false` if a surface has nothing to draw on or the numbers lie elsewhere.
    pub fn paint(&mut self, canvas: &Canvas<'_>, picture: Picture<'_>) -> bool {
        let [rows, columns] = picture.now.dims();
        if picture.palette.len() != COLOURS || picture.before.dims() != [rows, columns] {
            return false;
        }
        let change = root_mean_square(picture.now.clone() - picture.before.clone());
        let scale = Tensor::cat(vec![picture.unit, change], 0) * FULL;
        let tables = [scale, picture.now.reshape([-1]), picture.before.reshape([-1])].map(buffer);
        let [Some(scale), Some(now), Some(before)] = tables else { return false };
        let shape = [rows, columns].map(|count| count as u32);
        let shape = self.filled(bytes(&shape), wgpu::BufferUsages::UNIFORM);
        let palette = self.filled(bytes(picture.palette), wgpu::BufferUsages::STORAGE);
        let resources = [
            shape.as_entire_binding(),
            palette.as_entire_binding(),
            scale.as_wgpu_bind_resource(),
            now.as_wgpu_bind_resource(),
            before.as_wgpu_bind_resource(),
        ];
        let entries: Vec<_> = (0..)
            .zip(resources)
            .map(|(binding, resource)| wgpu::BindGroupEntry { binding, resource })
            .collect();
        let group = self.setup.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("heat map"),
            layout: &self.groups,
            entries: &entries,
        });
        let size = if rows > columns { [rows, columns] } else { [columns, rows] };
        [(canvas.weights, "weights"), (canvas.glow, "glow")]
            .into_iter()
            .all(|(surface, part)| self.pass(surface, size, part, &group))
    }

    /// One render pass over a whole surface.
    fn pass(
        &mut self,
        surface: &wgpu::Surface<'static>,
        [width, height]: [usize; 2],
        part: &'static str,
        group: &wgpu::BindGroup,
    ) -> bool {
        let Some(mut config) = surface.get_default_config(&self.setup.adapter, width as u32, height as u32)
        else {
            return false;
        };
        config.alpha_mode = wgpu::CompositeAlphaMode::PreMultiplied;
        if surface.get_configuration().is_none_or(|old| old != config) {
            surface.configure(&self.setup.device, &config);
        }
        let texture = match surface.get_current_texture() {
            wgpu::CurrentSurfaceTexture::Success(texture)
            | wgpu::CurrentSurfaceTexture::Suboptimal(texture) => texture,
            _ => return false,
        };
        let view = texture.texture.create_view(&wgpu::TextureViewDescriptor::default());
        let pipeline = self.pipeline(config.format, part).clone();
        let mut encoder =
            self.setup.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            label: Some("heat map"),
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view: &view,
                depth_slice: None,
                resolve_target: None,
                ops: wgpu::Operations {
                    load: wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT),
                    store: wgpu::StoreOp::Store,
                },
            })],
            ..wgpu::RenderPassDescriptor::default()
        });
        pass.set_pipeline(&pipeline);
        pass.set_bind_group(0, group, &[]);
        pass.draw(0..3, 0..1);
        drop(pass);
        self.setup.queue.submit([encoder.finish()]);
        self.setup.queue.present(texture);
        true
    }

    fn pipeline(&mut self, format: wgpu::TextureFormat, part: &'static str) -> &wgpu::RenderPipeline {
        let (device, shader, layout) = (&self.setup.device, &self.shader, &self.layout);
        self.pipelines.entry((format, part)).or_insert_with(|| {
            device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
                label: Some(part),
                layout: Some(layout),
                vertex: wgpu::VertexState {
                    module: shader,
                    entry_point: Some("corner"),
                    compilation_options: wgpu::PipelineCompilationOptions::default(),
                    buffers: &[],
                },
                primitive: wgpu::PrimitiveState::default(),
                depth_stencil: None,
                multisample: wgpu::MultisampleState::default(),
                fragment: Some(wgpu::FragmentState {
                    module: shader,
                    entry_point: Some(part),
                    compilation_options: wgpu::PipelineCompilationOptions::default(),
                    targets: &[Some(format.into())],
                }),
                multiview_mask: None,
                cache: None,
            })
        })
    }

    /// A small buffer with these bytes.
    fn filled(&self, bytes: &[u8], usage: wgpu::BufferUsages) -> wgpu::Buffer {
        let buffer = self.setup.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("heat map"),
            size: bytes.len() as u64,
            usage: usage | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        self.setup.queue.write_buffer(&buffer, 0, bytes);
        buffer
    }
}

/// The bytes of numbers of 32 bits.
fn bytes(numbers: &[u32]) -> &[u8] {
    bytemuck::cast_slice(numbers)
}

/// The buffer of a tensor, with all work on it handed to the device's queue. `None` if it is not on this kind of device.
fn buffer(tensor: Tensor<1>) -> Option<WgpuResource> {
    let DispatchTensorKind::Cube(BackendTensor::Float(tensor)) = tensor.into_dispatch().kind else {
        return None;
    };
    let tensor: CubeTensor = into_contiguous(tensor);
    let held = tensor.client.get_resource::<WgpuServer<AutoCompiler>>(tensor.handle.clone()).ok()?;
    Some(held.resource().clone())
}
