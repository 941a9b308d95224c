//! `/metrics`, `/livez` and `/readyz`, where site.toml says on which address to listen.

use super::metrics::Metrics;
use crate::error::{Error, Result};
use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use prost::bytes::Bytes;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;

/// A controller that did not come round for so long hangs.
const HANGS: Duration = Duration::from_secs(120);
/// A caller that does not ask within this is let go.
const PATIENCE: Duration = Duration::from_secs(10);
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What the endpoints tell of.
pub struct Health {
    pub metrics: Metrics,
    /// It waits for the lease, or holds it and knows the cluster.
    pub ready: AtomicBool,
}

/// Listens; answers until the runtime ends.
///
/// # Errors
/// The address cannot be listened on.
pub async fn serve(address: &str, health: Arc<Health>) -> Result<()> {
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| Error::Backend(format!("gridshim controller: cannot listen on {address}: {}", crate::error::plain(&error))))?;
    tracing::info!(address, "metrics and health");
    tokio::spawn(async move {
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                // No more files: the next try shall not come at once.
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            };
            let health = health.clone();
            tokio::spawn(async move {
                let answer = service_fn(move |request: Request<Incoming>| {
                    let answer = answer(request.method(), request.uri().path(), &health);
                    async move { Ok::<_, Infallible>(answer) }
                });
                let mut server = hyper::server::conn::http1::Builder::new();
                server.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
                // A caller that went away is no matter of ours.
                let _ = server.serve_connection(TokioIo::new(stream), answer).await;
            });
        }
    });
    Ok(())
}

fn answer(method: &Method, path: &str, health: &Health) -> Response<Full<Bytes>> {
    let text = |code: StatusCode, kind: &'static str, text: String| {
        let mut response = Response::new(Full::from(text));
        *response.status_mut() = code;
        response.headers_mut().insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static(kind));
        response
    };
    let is = |well: bool, not: &str| match well {
        true => text(StatusCode::OK, "text/plain", "ok\n".into()),
        false => text(StatusCode::SERVICE_UNAVAILABLE, "text/plain", format!("{not}\n")),
    };
    if method != Method::GET && method != Method::HEAD {
        return text(StatusCode::METHOD_NOT_ALLOWED, "text/plain", "GET alone\n".into());
    }
    match path {
        "/metrics" => text(StatusCode::OK, OPENMETRICS, health.metrics.text()),
        "/livez" => is(health.metrics.silence() < HANGS, "the controller hangs"),
        "/readyz" => is(health.ready.load(Ordering::Relaxed), "the cluster is not known yet"),
        _ => text(StatusCode::NOT_FOUND, "text/plain", "there are /metrics, /livez and /readyz\n".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn health_is_told_by_the_status() {
        let health = Health { metrics: Metrics::default(), ready: AtomicBool::new(false) };
        let code = |method: Method, path: &str| answer(&method, path, &health).status().as_u16();
        assert_eq!((code(Method::GET, "/livez"), code(Method::GET, "/readyz")), (200, 503));
        health.ready.store(true, Ordering::Relaxed);
        assert_eq!((code(Method::GET, "/readyz"), code(Method::GET, "/metrics")), (200, 200));
        assert_eq!((code(Method::GET, "/"), code(Method::POST, "/metrics")), (404, 405));
    }
}
