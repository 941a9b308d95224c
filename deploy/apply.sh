#!/bin/sh
# apply.sh [FOLDER]: applies this folder, or one of it (`base`: without the controller), with the current kubeconfig.
# The counter's type goes first: an object cannot be applied before its type is known.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
kubectl apply -f "$here/base/crd.yaml"
kubectl wait --for=condition=Established --timeout=60s crd/jobcounters.gridshim.io
kubectl apply -k "$here/${1:-.}"
# What is in optional/ needs not be there: a Kubernetes that is too old for it does without.
if kubectl get --raw /apis/admissionregistration.k8s.io/v1 | grep -q '"mutatingadmissionpolicies"'; then
  kubectl apply -f "$here/optional"
fi
