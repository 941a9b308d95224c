# Two people to submit jobs: alice and bob of the group tools, each with a closed home, a namespace and a kubeconfig.
USERS="alice:5001 bob:5002" GROUP=tools GID=6001

# make_users: those that exist already are kept, also at `down`; only their kubeconfig and their home's mode are lent.
make_users() {
  local user uid
  if ! getent group $GROUP > /dev/null; then
    remember group $GROUP
    groupadd -g $GID $GROUP
  fi
  for user in $USERS; do
    uid=${user#*:} user=${user%:*}
    if ! getent passwd "$user" > /dev/null; then
      remember user "$user"
      useradd -m -u "$uid" -g $GROUP -s /bin/bash "$user"
    fi
    [ "$(id -u "$user"):$(id -g "$user")" = "$uid:$GID" ] || die "$user exists with ids $(id -u "$user"):$(id -g "$user"), but the tests need $uid:$GID"
    remember mode "/home/$user" "$(stat -c %a "/home/$user")"
    chmod 700 "/home/$user"
    issue "$user" "/O=gridshim:users/CN=$user"
    take_over "/home/$user/.kube"
    install -d -m 700 -o "$user" -g $GROUP "/home/$user/.kube"
    kubeconfig "$user" "grid-$user" | install -m 600 -o "$user" -g $GROUP /dev/stdin "/home/$user/.kube/config"
  done
}

# add_users: their namespaces, the administrators' way.
add_users() {
  local user
  for user in $USERS; do "$REPO/deploy/add-user.sh" "${user%:*}" > /dev/null; done
}
