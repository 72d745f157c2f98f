//! Taking a device: WebGPU where it is worth it and works, else the CPU, and why.

use crate::adapter::{Adapter, Decision, decide};
use crate::js;
use crate::protocol::{self, DeviceChoice, DeviceKind, ReasonCode};
use burn::tensor::Device;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// A device that computes, and what the page is told of it.
#[derive(Debug)]
pub(crate) struct Taken {
    /// The device.
    pub(crate) device: Device,
    /// What it is.
    pub(crate) told: protocol::Device,
    /// Its other side, for drawing.
    #[cfg(feature = "webgpu")]
    pub(crate) setup: Option<burn::tensor::wgpu::WgpuSetup>,
}

/// What was started.
struct Started {
    device: Device,
    #[cfg(feature = "webgpu")]
    setup: burn::tensor::wgpu::WgpuSetup,
}

/// The CPU.
pub(crate) fn cpu(code: ReasonCode, reason: String) -> Taken {
    let told = protocol::Device {
        kind: DeviceKind::Cpu,
        adapter: "flex, SIMD".to_owned(),
        fallback: false,
        reason,
        reason_code: code,
    };
    Taken {
        device: Device::flex(),
        told,
        #[cfg(feature = "webgpu")]
        setup: None,
    }
}

/// Takes what the choice allows.
pub(crate) async fn take(choice: DeviceChoice) -> Taken {
    let adapter = if choice == DeviceChoice::Cpu { None } else { offered().await };
    let Decision { webgpu, code, reason } = decide(choice, adapter.as_ref());
    let Some(adapter) = adapter.filter(|_| webgpu) else { return cpu(code, reason) };
    match start().await {
        Ok(started) => {
            let fallback = adapter.is_software();
            let told = protocol::Device {
                kind: DeviceKind::Webgpu,
                adapter: adapter.name(),
                fallback,
                reason,
                reason_code: code,
            };
            Taken {
                device: started.device,
                told,
                #[cfg(feature = "webgpu")]
                setup: Some(started.setup),
            }
        }
        Err(error) => {
            let reason = format!("WebGPU ({}) could not be started: {error}", adapter.name());
            cpu(ReasonCode::DeviceFailed, reason)
        }
    }
}

/// What the browser offers.
async fn offered() -> Option<Adapter> {
    let gpu: js::Gpu = js::of_navigator("gpu")?.unchecked_into();
    let options = js::object(&[("powerPreference", "high-performance".into())]);
    let adapter = JsFuture::from(gpu.request_adapter(&options).ok()?).await.ok()?;
    if adapter.is_null() || adapter.is_undefined() {
        return None;
    }
    let info = js::property(&adapter, "info").unwrap_or_default();
    let text = |name| js::property(&info, name).and_then(|value| value.as_string()).unwrap_or_default();
    // Older browsers have this on the adapter itself.
    let fallback = [&info, &adapter].into_iter().find_map(|object| js::property(object, "isFallbackAdapter"));
    Some(Adapter {
        vendor: text("vendor").to_lowercase(),
        architecture: text("architecture").to_lowercase(),
        description: text("description"),
        fallback: fallback.is_some_and(|fallback| fallback.is_truthy()),
    })
}

/// Starts the browser's device and has it compute something, for some drivers only promise.
#[cfg(feature = "webgpu")]
async fn start() -> Result<Started, String> {
    use burn::tensor::Tensor;
    let (device, setup) =
        Device::wgpu_options().init_with_setup_async().await.map_err(|error| error.to_string())?;
    let two = Tensor::<1>::ones([4], &device) + 1.0;
    let data = two.into_data_async().await.map_err(|error| format!("{error:?}"))?;
    match data.try_to_vec::<f32>() {
        Ok(values) if values == [2.0; 4] => Ok(Started { device, setup }),
        Ok(values) => Err(format!("it says that 1 + 1 is {values:?}")),
        Err(error) => Err(format!("{error:?}")),
    }
}

/// The worker loads this build only where it expects no WebGPU.
#[cfg(not(feature = "webgpu"))]
#[expect(clippy::unused_async, reason = "the other build waits for the device")]
async fn start() -> Result<Started, String> {
    Err("the runtime for the CPU was loaded".to_owned())
}
