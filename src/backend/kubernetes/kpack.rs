//! An image that kpack builds and keeps: an `Image` of kpack.io/v1alpha2 (kpack v0.17.2), whose runtimes are handed to the buildpacks
//! in the build's environment (images/buildpacks/runtimes).

use super::client::{Api, Failure, JSON, MERGE};
use crate::backend::WantedImage;
use crate::site::Kpack;
use http::Method;
use serde_json::{Value, json};

fn images(namespace: &str) -> String {
    format!("/apis/kpack.io/v1alpha2/namespaces/{namespace}/images")
}

/// The reference it will have.
pub fn tag(wanted: &WantedImage, settings: &Kpack) -> String {
    settings.tag.replace("{name}", &wanted.name)
}

/// The object.
pub fn object(wanted: &WantedImage, settings: &Kpack) -> Value {
    json!({
        "apiVersion": "kpack.io/v1alpha2",
        "kind": "Image",
        "metadata": {
            "name": wanted.name,
            "namespace": settings.namespace,
            "labels": { "app.kubernetes.io/managed-by": "gridshim" },
        },
        "spec": {
            "tag": tag(wanted, settings),
            "serviceAccountName": settings.service_account,
            "builder": { "kind": "ClusterBuilder", "name": settings.builder },
            "source": { "registry": { "image": settings.source } },
            "build": {
                // The same inputs shall give the same image.
                "creationTime": "315532801",
                "env": [
                    { "name": "GRIDSHIM_RUNTIMES", "value": wanted.specs.join(" ") },
                    { "name": "GRIDSHIM_APT_UPDATE", "value": "1" },
                ],
            },
        },
    })
}

/// Asks for it; one of that name is changed, which makes kpack build it again.
///
/// # Errors
/// See `Failure`; also where kpack is not installed.
pub async fn request(api: &Api, wanted: &WantedImage, settings: &Kpack) -> Result<(), Failure> {
    let object = object(wanted, settings);
    // Custom resources are not told in protobuf.
    let created = api.call(Method::POST, &images(&settings.namespace), JSON, JSON, object.to_string().into_bytes()).await;
    match created {
        Err(failure) if failure.is_there_already() => {
            let path = format!("{}/{}", images(&settings.namespace), wanted.name);
            let change = json!({ "spec": { "tag": object["spec"]["tag"], "build": object["spec"]["build"] } });
            api.patch::<Value>(&path, MERGE, &change).await.map(|_| ())
        }
        Err(failure) if failure.is_unknown_kind() => Err(Failure::Setup("kpack is not installed in this cluster".into())),
        asked => asked.map(|_| ()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_image_has_the_runtimes_in_its_builds_environment() {
        let settings: Kpack =
            toml::from_str("namespace = \"images\"\ntag = \"r.example.org/g/{name}:12\"\nsource = \"r.example.org/g/source:1\"\n")
                .expect("settings");
        let wanted = WantedImage { name: "bio".into(), specs: vec!["python@3.11".into(), "apt:samtools".into()] };
        let object = object(&wanted, &settings);
        assert_eq!(object["spec"]["tag"], "r.example.org/g/bio:12");
        assert_eq!(object["spec"]["build"]["env"][0], json!({ "name": "GRIDSHIM_RUNTIMES", "value": "python@3.11 apt:samtools" }));
        assert_eq!(object["spec"]["builder"]["name"], "gridshim");
    }
}
