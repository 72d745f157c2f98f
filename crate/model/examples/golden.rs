//! Writes the golden snapshot of the present format, and the tiny base that it belongs to if there is none. Files that are
//! there are never written over: they are what earlier versions have written.

#![allow(clippy::unwrap_used, reason = "a tool for whoever changes the format")]

#[path = "../tests/common/mod.rs"]
mod common;

use burn::tensor::Device;
use common::Rig;
use nested_memory_model::base::{self, Base};
use nested_memory_model::file::Precision;
use nested_memory_model::parameters::Parameters;
use nested_memory_model::{Marks, MixerKind, snapshot};
use std::io::Write;
use std::path::Path;

fn write_new(path: &Path, bytes: &[u8]) {
    if let Ok(mut file) = std::fs::File::create_new(path) {
        file.write_all(bytes).unwrap();
    }
}

fn main() {
    let folder = Path::new("crate/model/tests/golden");
    let mut rig = Rig::new(MixerKind::SelfModifying, 11);
    rig.config.marks = Some(Marks { user: 1, assistant: 2, end: 3 });
    let parameters = Parameters::init(&rig.config, &mut || rig.noise.normal(), &Device::flex());
    let path = folder.join("base.safetensors");
    write_new(&path, &base::to_bytes(&rig.config, &parameters, Precision::Single).unwrap());
    let base = Base::from_bytes(&std::fs::read(path).unwrap(), &Device::flex()).unwrap();
    let memory = common::golden::learned(&base);
    let bytes = pollster::block_on(snapshot::save(&base, &memory, "golden", Some("41"))).unwrap();
    write_new(&folder.join(format!("snapshot-{}.safetensors", snapshot::FORMAT)), &bytes);
}
