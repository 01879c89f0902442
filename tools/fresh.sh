#!/usr/bin/env bash
# Does what a new user does on a new machine: a Debian 12 root with only git in it, a clone, `./dev test`, `./dev demo`.
# Needs root and debootstrap. Everything happens in mount and process namespaces of its own, so nothing is left behind.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: tools/fresh.sh [--minutes N] [--cache DIR] [--keep] [COMMAND...]

  COMMAND...     what to run, each as one word (default: './dev test' './dev demo')
  --minutes N    give up after this time (default 60)
  --cache DIR    use this cache of fetched and compiled things instead of none
  --keep         leave the root folder for a look
TEXT
}

minutes=60 cache= keep=
commands=()
while [ $# -gt 0 ]; do
  case $1 in
    --minutes) minutes=$2; shift ;;
    --cache) cache=$(realpath "$2"); shift ;;
    --keep) keep=1 ;;
    -h | --help) usage; exit 0 ;;
    -*) usage >&2; exit 2 ;;
    *) commands+=("$1") ;;
  esac
  shift
done
[ ${#commands[@]} -gt 0 ] || commands=('./dev test' './dev demo')

fail() { echo "fresh: $*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || fail "needs root: sudo tools/fresh.sh"
command -v debootstrap >/dev/null || fail "needs debootstrap: apt-get install debootstrap"

repository=$(cd "$(dirname "$0")/.." && git rev-parse --show-toplevel)
root=$(mktemp -d /var/tmp/millrace-fresh.XXXXXX)
clean() { [ -n "$keep" ] && echo "fresh: kept $root" || rm -rf --one-file-system "$root"; }
trap clean EXIT

# The mirror that this machine itself uses.
mirror=$(apt-get indextargets --format '$(SITE) $(RELEASE)' 'Created-By: Packages' |
  awk '$2 == "bookworm" {print $1; exit}')
[ -n "$mirror" ] || fail "this machine's apt has no source for bookworm; run 'apt-get update' on Debian 12"

echo "fresh: making a root of Debian 12"
debootstrap --variant=minbase --include=git,ca-certificates bookworm "$root" "$mirror" >"$root.log" 2>&1 ||
  { tail -20 "$root.log" >&2; rm -f "$root.log"; fail "debootstrap failed (above)"; }
rm -f "$root.log"
cp -L /etc/resolv.conf /etc/hosts "$root/etc/"

# Certificates that this machine trusts beyond Debian's, such as a company's.
authorities=/etc/ssl/certs/ca-certificates.crt
cp "$authorities" "$root$authorities"
settings=(HOME=/root LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
settings+=("SSL_CERT_FILE=$authorities" "PIP_CERT=$authorities" "REQUESTS_CA_BUNDLE=$authorities")
for name in http_proxy https_proxy no_proxy; do
  [ -z "${!name:-}" ] || settings+=("$name=${!name}")
done

git clone -q "file://$repository" "$root/root/millrace"
commit=$(git -C "$root/root/millrace" log -1 --format=%h)

# What runs inside: the mounts and the processes end with the namespaces.
inside() {
  local root=$1 cache=$2 command=$3
  mount --make-rprivate /
  mount -t proc proc "$root/proc"
  mount --rbind /sys "$root/sys"
  mount --rbind /dev "$root/dev"
  if [ -n "$cache" ]; then
    mkdir -p "$root/root/.cache/millrace"
    mount --bind "$cache" "$root/root/.cache/millrace"
  fi
  shift 3
  exec chroot "$root" env -i "$@" bash -c "cd /root/millrace && $command"
}
export -f inside

results=()
status=0
for command in "${commands[@]}"; do
  left=$((minutes * 60 - SECONDS))
  [ "$left" -gt 0 ] || { results+=("$command: no time left"); status=1; break; }
  echo "fresh: $command"
  started=$SECONDS
  code=0
  timeout --kill-after=10 "$left" unshare --mount --pid --fork --kill-child \
    bash -c 'inside "$@"' inside "$root" "$cache" "$command" "${settings[@]}" </dev/null || code=$?
  results+=("$command: $((SECONDS - started)) s, $([ $code = 0 ] && echo ok || echo "failed with $code")")
  [ $code = 0 ] || status=1
done

echo "fresh: $(date -u +%F), commit $commit, $(nproc) cores"
printf 'fresh: %s\n' "${results[@]}"
exit $status
