//! Random transactions against the engine and against a model that is nothing but maps, with failures in between.

#[path = "../../crash/dice.rs"]
mod dice;
mod driver;
mod oracle;
mod steps;

use dice::Dice;
use driver::Driver;
use std::time::Instant;

const STEPS: u64 = 10_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn engine_and_model_agree() {
    let seed = Dice::seed();
    println!("model: LUGE_SEED={seed} repeats this run");
    let started = Instant::now();
    let mut driver = Driver::new(seed).await;
    for step in 0..STEPS {
        driver.step(step).await;
    }
    driver.finish().await;
    println!("model: {STEPS} steps: {}; engine and model agree; {:.0?}", driver.tally, started.elapsed());
}
