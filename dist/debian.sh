# The Debian package: read by build/dist, which sets `tree` (what the archive holds), `version`, `debian` and `epoch`.
# shellcheck shell=sh disable=SC2154

make_deb() {
    root=$1
    mkdir -p "$root/DEBIAN" "$root/usr/bin" "$root/usr/lib/holdfast" "$root/usr/lib/systemd/system" "$root/usr/share/doc/holdfast" \
        "$root/usr/share/man/man1" "$root/usr/share/bash-completion/completions" "$root/etc/holdfast"
    cp -r "$tree/app" "$tree/bin" "$tree/runtime" "$root/usr/lib/holdfast/"
    ln -s ../lib/holdfast/bin/holdfast "$root/usr/bin/holdfast"
    cp "$tree/share/systemd/"* "$root/usr/lib/systemd/system/"
    cp "$tree/share/bash-completion/completions/holdfast" "$root/usr/share/bash-completion/completions/"
    cp "$tree/share/man/man1/"* "$root/usr/share/man/man1/" && gzip -9 -n "$root/usr/share/man/man1/"*
    cp -r "$tree/docs" "$tree/README.md" "$tree/example.yaml" "$root/usr/share/doc/holdfast/"
    cp "$tree/LICENSE" "$root/usr/share/doc/holdfast/copyright"
    cat >"$root/DEBIAN/control" <<END
Package: holdfast
Version: $(echo "$version" | sed 's/-SNAPSHOT/~snapshot/')
Architecture: $debian
Maintainer: The Holdfast developers <maintainers@holdfast.example>
Section: database
Priority: optional
Depends: libc6
Recommends: postgresql-client-common
Description: disaster recovery for PostgreSQL
 Base backups, WAL captured second by second into an encrypted write-once
 repository, restore to any point in time; and at every moment the figure of how
 much would be lost if the host died now. Brings its own Java run-time image.
END
    cp "$home/dist/postinst" "$home/dist/postrm" "$root/DEBIAN/"
    chmod 755 "$root/DEBIAN/postinst" "$root/DEBIAN/postrm"
    find "$root" -exec touch -h -d "@$epoch" {} +
    SOURCE_DATE_EPOCH=$epoch dpkg-deb --root-owner-group -Zxz --build "$root" "$2" >/dev/null
}
