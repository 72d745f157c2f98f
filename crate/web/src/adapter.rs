//! Which device is worth taking, decided from what the browser says of its graphics adapter.

use crate::protocol::{DeviceChoice, ReasonCode};

/// What the browser says of an adapter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Adapter {
    /// Who made it, in lower case.
    pub vendor: String,
    /// Its family, in lower case.
    pub architecture: String,
    /// A name, where the browser gives one.
    pub description: String,
    /// Whether the browser itself calls it a stopgap.
    pub fallback: bool,
}

/// Names of processors that play a graphics card: on them WebGPU is much slower than the CPU without it.
const PRETENDERS: [&str; 4] = ["swiftshader", "llvmpipe", "lavapipe", "basic render"];

impl Adapter {
    /// Whether this is a processor that only plays a graphics card.
    #[must_use]
    pub fn is_software(&self) -> bool {
        let named =
            |name: &&str| self.architecture.contains(name) || self.description.to_lowercase().contains(name);
        self.fallback || self.vendor == "google" || PRETENDERS.iter().any(named)
    }

    /// What to call it on the page.
    #[must_use]
    pub fn name(&self) -> String {
        let parts = [&self.vendor, &self.architecture, &self.description];
        let said: Vec<&str> = parts.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        if said.is_empty() { "WebGPU".to_owned() } else { said.join(" ") }
    }
}

/// What to try, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Whether WebGPU is to be tried; otherwise it is the CPU.
    pub webgpu: bool,
    /// Why.
    pub code: ReasonCode,
    /// The same as an English sentence.
    pub reason: String,
}

/// Decides; `adapter` is what the browser offers, if anything.
#[must_use]
pub fn decide(choice: DeviceChoice, adapter: Option<&Adapter>) -> Decision {
    let (webgpu, code, reason) = match (choice, adapter) {
        (DeviceChoice::Cpu, _) => (false, ReasonCode::Forced, "The CPU was asked for.".to_owned()),
        (_, None) => (false, ReasonCode::NoWebgpu, "This browser offers no WebGPU adapter.".to_owned()),
        (DeviceChoice::Webgpu, Some(_)) => (true, ReasonCode::Forced, "WebGPU was asked for.".to_owned()),
        (DeviceChoice::Auto, Some(adapter)) if adapter.is_software() => {
            let reason = format!(
                "The browser's WebGPU adapter ({}) is computed by the processor, and the CPU alone is faster.",
                adapter.name()
            );
            (false, ReasonCode::SoftwareAdapter, reason)
        }
        (DeviceChoice::Auto, Some(adapter)) => (
            true,
            ReasonCode::RealAdapter,
            format!("The browser offers a graphics card ({}).", adapter.name()),
        ),
    };
    Decision { webgpu, code, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adapter(vendor: &str, architecture: &str, description: &str, fallback: bool) -> Adapter {
        let owned = str::to_owned;
        Adapter {
            vendor: owned(vendor),
            architecture: owned(architecture),
            description: owned(description),
            fallback,
        }
    }

    #[test]
    fn auto_takes_a_real_card_and_nothing_else() {
        let real = adapter("nvidia", "ampere", "", false);
        let auto = |adapter: Option<&Adapter>| decide(DeviceChoice::Auto, adapter);
        assert_eq!((auto(Some(&real)).webgpu, auto(Some(&real)).code), (true, ReasonCode::RealAdapter));
        for software in [
            adapter("google", "swiftshader", "", true),
            adapter("google", "", "", false),
            adapter("mesa", "llvmpipe", "", false),
            adapter("microsoft", "", "Microsoft Basic Render Driver", false),
            adapter("", "", "", true),
        ] {
            let decision = auto(Some(&software));
            assert_eq!(
                (decision.webgpu, decision.code),
                (false, ReasonCode::SoftwareAdapter),
                "{software:?}"
            );
        }
        assert_eq!(auto(None).code, ReasonCode::NoWebgpu);
    }

    #[test]
    fn what_is_asked_for_is_taken() {
        let software = adapter("google", "swiftshader", "", true);
        let forced = decide(DeviceChoice::Webgpu, Some(&software));
        assert_eq!((forced.webgpu, forced.code), (true, ReasonCode::Forced));
        let cpu = decide(DeviceChoice::Cpu, Some(&adapter("nvidia", "ampere", "", false)));
        assert_eq!((cpu.webgpu, cpu.code), (false, ReasonCode::Forced));
        assert_eq!(decide(DeviceChoice::Webgpu, None).code, ReasonCode::NoWebgpu);
    }

    #[test]
    fn adapters_have_names() {
        assert_eq!(adapter("nvidia", "ampere", "", false).name(), "nvidia ampere");
        assert_eq!(Adapter::default().name(), "WebGPU");
    }
}
