fn main() { println!("python3"); }
