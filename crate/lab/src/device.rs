//! `--device cpu|gpu`.

use burn::tensor::Device;
use serde::{Deserialize, Serialize};

/// Where to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DeviceName {
    /// Burn's flex backend.
    Cpu,
    /// wgpu, natively.
    Gpu,
}

impl DeviceName {
    /// Opens the device.
    pub(crate) fn open(self) -> anyhow::Result<Device> {
        match self {
            Self::Cpu => Ok(Device::flex()),
            Self::Gpu => gpu(),
        }
    }
}

#[cfg(feature = "gpu")]
#[expect(clippy::unnecessary_wraps, reason = "the other build cannot open one")]
fn gpu() -> anyhow::Result<Device> {
    Ok(Device::wgpu(burn::tensor::DeviceKind::DefaultDevice))
}

#[cfg(not(feature = "gpu"))]
fn gpu() -> anyhow::Result<Device> {
    anyhow::bail!("this build has no GPU support; build it with `--features gpu`, or use `--device cpu`")
}
