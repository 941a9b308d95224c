//! `jsub -once`: of two that look for a job of a name at the same instant, one waits until the other has submitted. Nobody but the
//! API server can say who was first, whatever hosts they are on: it makes an object of a name once.

use super::client::{Api, Failure};
use super::objects;
use super::seen::{SeenSecret, seconds};
use serde_json::json;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

const PAUSE: Duration = Duration::from_millis(100);
/// Whoever has it for longer was killed.
const LONGEST: i64 = 30;
/// Longer than that, as clocks differ, nobody waits.
const PATIENCE: Duration = Duration::from_secs(60);

/// Given back when dropped.
pub struct Once {
    runtime: Rc<Runtime>,
    api: Api,
    path: String,
}

/// Waits until the name is ours alone.
///
/// # Errors
/// See `Failure`.
pub fn take(runtime: &Rc<Runtime>, api: &Api, namespace: &str, name: &str) -> Result<Once, Failure> {
    // FNV-1a: names hold what no object's name may.
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    let object_name = format!("gridshim-once-{hash:016x}");
    let path = objects::secret_path(namespace, &object_name);
    let object = json!({
        "apiVersion": "v1", "kind": "Secret", "type": "gridshim.io/once",
        "metadata": { "name": object_name, "namespace": namespace, "labels": { "app.kubernetes.io/managed-by": "gridshim-once" } },
    });
    let made = async {
        let begun = Instant::now();
        loop {
            match api.create(&objects::secrets(namespace), &object).await {
                Err(failure) if failure.is_there_already() && begun.elapsed() < PATIENCE => {}
                made => return made,
            }
            let there: SeenSecret = match api.get(&path).await {
                Err(failure) if failure.is_not_found() => continue,
                there => there?,
            };
            if seconds(&there.metadata.creation_timestamp).is_some_and(|at| at + LONGEST < objects::now()) {
                api.delete_this(&path, "Background", &there.metadata.uid).await?;
            } else {
                tokio::time::sleep(PAUSE).await;
            }
        }
    };
    runtime.block_on(made)?;
    Ok(Once { runtime: runtime.clone(), api: api.clone(), path })
}

impl Drop for Once {
    fn drop(&mut self) {
        // Left behind, it is taken away by the next of its name.
        let _ = self.runtime.block_on(self.api.delete(&self.path, "Background"));
    }
}
