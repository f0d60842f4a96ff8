//! File systems in files: disks whose power can be cut, and disks that are full soon.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A mounted file system; it is unmounted when it goes.
pub struct Mount {
    pub path: PathBuf,
}

impl Drop for Mount {
    fn drop(&mut self) {
        // Lazily, because a child that is being killed may still hold a file.
        let _ = run("umount", &["-l", &text(&self.path)]);
    }
}

/// Runs a command. The error says what it said.
pub fn run(program: &str, args: &[&str]) -> Result<String, String> {
    let output = Command::new(program).args(args).output().map_err(|e| format!("{program}: {e}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(format!("{program} {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr).trim())),
    }
}

pub fn text(path: &Path) -> String {
    path.to_str().expect("temporary paths are text").to_owned()
}

/// Mounts an image (or `tmpfs`) at `path`.
pub fn mount(kind: &str, source: &str, path: &Path, options: &str) -> Result<Mount, String> {
    std::fs::create_dir_all(path).map_err(|e| e.to_string())?;
    run("mount", &["-t", kind, "-o", options, source, &text(path)])?;
    Ok(Mount { path: path.to_owned() })
}

/// A disk in a file that can be cloned in an instant.
pub struct Disk {
    pub image: PathBuf,
    // Order matters: what is mounted last is unmounted first.
    pub mount: Mount,
    outer: Option<Mount>,
    dir: PathBuf,
}

impl Disk {
    /// A new disk below `dir`. The error says what this machine lacks.
    pub fn new(dir: &Path, megabytes: u64, options: &str) -> Result<Disk, String> {
        let outer = outer(dir).ok();
        let image = outer.as_ref().map_or(dir, |o| &o.path).join("disk.img");
        blank(&image, megabytes)?;
        run("mkfs.ext4", &["-q", "-F", &text(&image)])?;
        let mount = mount("ext4", &text(&image), &dir.join("disk"), &format!("loop{options}"))?;
        Ok(Disk { image, mount, outer, dir: dir.to_owned() })
    }

    /// How [`Disk::cut`] comes to an image of one instant.
    pub fn method(&self) -> &'static str {
        if self.outer.is_some() { "copy-on-write clones on btrfs" } else { "copies while nothing is written (no mkfs.btrfs)" }
    }

    /// Clones the image as it is at one moment, as a power cut would leave it, and mounts the clone. The writers stand still.
    pub fn cut(&self) -> Result<Mount, String> {
        let clone = self.image.with_file_name("clone.img");
        let _ = std::fs::remove_file(&clone);
        if self.outer.is_some() {
            run("cp", &["--reflink=always", &text(&self.image), &text(&clone)])?;
        } else {
            self.copy_at_rest(&clone)?;
        }
        mount("ext4", &text(&clone), &self.dir.join("after"), "loop")
    }

    /// A plain copy takes time, so it counts only if the kernel wrote nothing to the disk meanwhile.
    fn copy_at_rest(&self, clone: &Path) -> Result<(), String> {
        let loops = run("losetup", &["-n", "-O", "NAME", "-j", &text(&self.image)])?;
        let name = loops.trim().trim_start_matches("/dev/");
        let state = || {
            let stat = std::fs::read_to_string(format!("/sys/block/{name}/stat")).map_err(|e| e.to_string())?;
            let numbers: Vec<u64> = stat.split_whitespace().filter_map(|n| n.parse().ok()).collect();
            Ok::<_, String>((numbers.get(4).copied(), numbers.get(8).copied()))
        };
        for _ in 0..20 {
            let before = state()?;
            run("cp", &["--sparse=always", &text(&self.image), &text(clone)])?;
            if before.1 == Some(0) && state()? == before {
                return Ok(());
            }
        }
        Err("the disk never came to rest".into())
    }
}

/// A file system that can clone files.
fn outer(dir: &Path) -> Result<Mount, String> {
    let image = dir.join("outer.img");
    blank(&image, 2048)?;
    run("mkfs.btrfs", &["-q", "-f", &text(&image)])?;
    mount("btrfs", &text(&image), &dir.join("outer"), "loop")
}

fn blank(path: &Path, megabytes: u64) -> Result<(), String> {
    File::create(path).and_then(|f| f.set_len(megabytes << 20)).map_err(|e| e.to_string())
}
