# Certificates and kubeconfigs. ECDSA P-256 throughout: made in milliseconds, and handshakes cost a tenth of RSA's.
# An address of loopback that pods have a way to, as those that submit jobs need it.
ADDRESS=10.88.255.254 SERVER=https://10.88.255.254:6443

make_key() { openssl ecparam -name prime256v1 -genkey -noout -out "$PKI/$1.key" 2>/dev/null; }

# issue NAME SUBJECT [SUBJECT-ALT-NAMES]: with alternative names a server's certificate, without a client's.
issue() {
  [ -f "$PKI/$1.crt" ] && return
  local use=clientAuth names=
  [ $# -lt 3 ] || use=serverAuth,clientAuth names="subjectAltName=$3"
  make_key "$1"
  openssl req -new -key "$PKI/$1.key" -subj "$2" 2>/dev/null |
    openssl x509 -req -CA "$PKI/ca.crt" -CAkey "$PKI/ca.key" -set_serial "0x$(openssl rand -hex 8)" -days 3650 \
      -extfile <(printf 'extendedKeyUsage=%s\n%s\n' "$use" "$names") -out "$PKI/$1.crt.part" 2>/dev/null
  mv "$PKI/$1.crt.part" "$PKI/$1.crt"
}

make_certificates() {
  mkdir -p "$PKI"
  chmod 700 "$PKI"
  if [ ! -f "$PKI/ca.crt" ]; then
    make_key ca
    make_key sa
    openssl ec -in "$PKI/sa.key" -pubout -out "$PKI/sa.pub" 2>/dev/null
    openssl req -x509 -new -key "$PKI/ca.key" -days 3650 -subj /CN=gridshim-test-cluster -out "$PKI/ca.crt.part" 2>/dev/null
    mv "$PKI/ca.crt.part" "$PKI/ca.crt"
  fi
  issue kube-apiserver /CN=kube-apiserver "IP:$ADDRESS,IP:127.0.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default.svc,IP:10.96.0.1"
  issue admin /O=system:masters/CN=admin
  issue kube-controller-manager /CN=system:kube-controller-manager
  issue kube-scheduler /CN=system:kube-scheduler
  # the name that a pod with this service account would have, so that the real binding is what the controller lives by
  issue controller "/O=system:serviceaccounts/O=system:serviceaccounts:gridshim-system/CN=system:serviceaccount:gridshim-system:gridshim-controller"
  local client
  for client in admin kube-controller-manager kube-scheduler controller; do write_kubeconfig $client; done
}

write_kubeconfig() { # CLIENT, for us alone
  (umask 077; kubeconfig "$1" > "$DIR/$1.kubeconfig.part")
  mv "$DIR/$1.kubeconfig.part" "$DIR/$1.kubeconfig"
}

# kubeconfig CLIENT [NAMESPACE]: on standard output, with everything in it, so that the file can be given away.
kubeconfig() {
  cat <<Y
apiVersion: v1
kind: Config
current-context: gridshim-test
clusters:
- name: gridshim-test
  cluster:
    server: $SERVER
    certificate-authority-data: $(base64 -w0 "$PKI/ca.crt")
contexts:
- name: gridshim-test
  context: {cluster: gridshim-test, user: $1, namespace: ${2:-default}}
users:
- name: $1
  user:
    client-certificate-data: $(base64 -w0 "$PKI/$1.crt")
    client-key-data: $(base64 -w0 "$PKI/$1.key")
Y
}
