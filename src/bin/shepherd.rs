//! The static helper that is PID 1 in every pod.

fn main() {
    std::process::exit(gridshim::shepherd::main(std::env::args_os().skip(1).collect()))
}
