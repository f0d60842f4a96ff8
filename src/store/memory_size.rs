//! How much memory the machine has, so that what is kept of a store fits into it.

/// Where nobody tells, and at least.
const LEAST: usize = 32 << 20;
const MOST: usize = 1 << 30;
/// So large a part of the memory is used for unpacked blocks.
const PART: u64 = 16;

/// Bytes that may be used for what could be read again at any time.
pub(super) fn share_of_memory() -> usize {
    let limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];
    let limits = limits.iter().filter_map(|path| std::fs::read_to_string(path).ok()?.trim().parse::<u64>().ok());
    let memory = limits.chain(machine()).min().unwrap_or(0);
    usize::try_from(memory / PART).map_or(MOST, |share| share.clamp(LEAST, MOST))
}

fn machine() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    Some(line.trim().trim_end_matches("kB").trim().parse::<u64>().ok()? << 10)
}
