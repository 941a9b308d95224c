# Every version of the test cluster, in one place. A change rebuilds (build.sh compares a stamp).
GO_MINIMUM=1.26      # what Kubernetes' go.mod asks for
KUBERNETES=1.36.3    # etcd's version is the one it was released with
ETCD=3.6.8
CONTAINERD=2.2.9     # >= 2.1 for image volumes
KWOK=0.8.0           # made against Kubernetes 0.36
DEBIAN=bookworm      # the release inside the job image
KUEUE=0.18.2         # made against Kubernetes 0.36
