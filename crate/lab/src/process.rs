//! How much memory this process has, by the system's own account.

/// Bytes.
#[derive(Debug, Clone, Copy, Default, serde::Serialize)]
pub(crate) struct Size {
    /// Held now.
    pub(crate) resident: u64,
    /// Held at most so far.
    pub(crate) peak: u64,
    /// Asked for at most so far, whether touched or not.
    pub(crate) asked: u64,
}

/// The size of now; `None` where the system does not tell (it does on Linux).
pub(crate) fn size() -> Option<Size> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    read(&status)
}

fn read(status: &str) -> Option<Size> {
    let bytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kilobytes * 1024)
    };
    Some(Size { resident: bytes("VmRSS")?, peak: bytes("VmHWM")?, asked: bytes("VmPeak")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_in_bytes() {
        let status = "Name:\tx\nVmPeak:\t    4000 kB\nVmHWM:\t    30 kB\nVmRSS:\t    20 kB\n";
        let Size { resident, peak, asked } = read(status).unwrap();
        assert_eq!((resident, peak, asked), (20 << 10, 30 << 10, 4000 << 10));
        assert!(read("Name:\tx\n").is_none());
    }
}
