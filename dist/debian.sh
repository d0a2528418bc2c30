# The Debian package: read by build/dist, which sets `home`, `tree` (what the archive holds), `version`, `debian` and `epoch`.
# shellcheck shell=sh disable=SC2154

make_deb() {
    root=$1
    mkdir -p "$root/DEBIAN" "$root/usr/bin" "$root/usr/lib/holdfast" "$root/usr/lib/systemd/system" "$root/usr/share/doc/holdfast" \
        "$root/usr/share/man/man1" "$root/usr/share/bash-completion/completions" "$root/usr/share/lintian/overrides" "$root/etc/holdfast"
    cp -r "$tree/app" "$tree/bin" "$tree/runtime" "$root/usr/lib/holdfast/"
    ln -s ../lib/holdfast/bin/holdfast "$root/usr/bin/holdfast"
    cp "$home"/dist/*.service "$home"/dist/*.timer "$root/usr/lib/systemd/system/"
    # bash reads it, nobody runs it.
    sed '1{/^#!/d}' "$tree/share/bash-completion/completions/holdfast" >"$root/usr/share/bash-completion/completions/holdfast"
    cp "$tree/share/man/man1/"* "$root/usr/share/man/man1/" && gzip -9 -n "$root/usr/share/man/man1/"*
    cp -r "$tree/docs" "$tree/README.md" "$tree/example.yaml" "$root/usr/share/doc/holdfast/"
    cp "$home/dist/copyright" "$root/usr/share/doc/holdfast/copyright"
    cp "$home/dist/lintian-overrides" "$root/usr/share/lintian/overrides/holdfast"
    debian_version=$(echo "$version" | sed 's/-SNAPSHOT/~snapshot/')
    changelog | gzip -9 -n >"$root/usr/share/doc/holdfast/changelog.gz"
    cat >"$root/DEBIAN/control" <<END
Package: holdfast
Version: $debian_version
Architecture: $debian
Maintainer: The Holdfast developers <maintainers@holdfast.example>
Installed-Size: $(du -sk --apparent-size "$root" | cut -f 1)
Section: database
Priority: optional
Depends: adduser, libc6 (>= $(newest_glibc))
Suggests: postgresql
Description: disaster recovery for PostgreSQL
 Base backups, WAL captured second by second into an encrypted write-once
 repository, restore to any point in time; and at every moment the figure of how
 much would be lost if the host died now. Brings its own Java run-time image.
END
    (cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
    cp "$home/dist/postinst" "$home/dist/prerm" "$home/dist/postrm" "$home/dist/triggers" "$root/DEBIAN/"
    chmod -R u=rwX,go=rX "$root"
    chmod 755 "$root/DEBIAN/postinst" "$root/DEBIAN/prerm" "$root/DEBIAN/postrm"
    find "$root" -exec touch -h -d "@$epoch" {} +
    SOURCE_DATE_EPOCH=$epoch dpkg-deb --root-owner-group -Zxz --build "$root" "$2" >/dev/null
}

# Of the symbols that the programs and libraries in it ask for.
newest_glibc() {
    find "$root/usr/lib/holdfast" \( -name '*.so' -o -path '*/bin/*' \) -type f -exec grep -aoh 'GLIBC_2\.[0-9]*' {} + |
        cut -d _ -f 2 | LC_ALL=C sort -uV | tail -1
}

changelog() {
    printf 'holdfast (%s) unstable; urgency=medium\n\n' "$debian_version"
    for change in "$home"/docs/changes/*.md; do
        tr '\n' ' ' <"$change" | fold -s -w 76 | sed '1s/^/  * /; 2,$s/^/    /; s/ *$//'
        echo
    done
    printf '\n -- The Holdfast developers <maintainers@holdfast.example>  %s\n' "$(LC_ALL=C date -u -R -d "@$epoch")"
}
