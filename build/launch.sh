# How Holdfast starts once it is built: read by ./holdfast of a checkout, by bin/holdfast of a distribution and by what makes
# either. They set `jdk` (a folder with bin/java and the file `release`) and `app`: a folder with lib/, `jars` (the names of
# what is in there, in the order of the class path) and perhaps libzstd-jni.so and AOT caches.
# shellcheck shell=sh disable=SC2154

# A JDK that was replaced in place is another one: its build is in the file `release`.
cache_of_this_jdk() {
    version_of_java=
    while IFS='=' read -r key value; do
        value=${value#\"}
        case $key in
            JAVA_RUNTIME_VERSION) version_of_java=${value%\"} ;;
            JAVA_VERSION) version_of_java=${version_of_java:-${value%\"}} ;; # all that a run-time image says
        esac
    done <"$jdk/release"
    cache=$app/java-$version_of_java.aot
}

class_path() {
    class_path=
    while read -r jar; do
        class_path=$class_path${class_path:+:}$app/lib/$jar
    done <"$app/jars"
}

# Commands that may work for long want the optimizing compiler and the collector that the JVM picks for the machine; all
# others want to be over soon. Both start from the cache: an incremental backup is often over sooner than a JVM without
# one has started. The first word that is not an option decides.
is_long() {
    for word; do
        case $word in
            -h | --help) return 1 ;;
        esac
    done
    for word; do
        case $word in
            -*) ;;
            serve | protect | capture | backup | copy | expire | restore | restore-prefetch | verify | demo) return 0 ;;
            *) return 1 ;;
        esac
    done
    return 1
}

# The same when the cache is made and when it is used, or the JVM drops the cache without a word.
options='--enable-native-access=ALL-UNNAMED'
short_options='-XX:TieredStopAtLevel=1 -XX:-UsePerfData'
# A small young generation: each page of it that is touched for the first time costs, and hardly anything survives it.
short_collector='-XX:+UseSerialGC -Xmn24m'

# zstd-jni would unpack its library into the temporary folder at every start, and fails where that is not executable.
unpack_zstd() {
    case $(uname -s).$(uname -m) in
        Linux.x86_64) platform=linux/amd64 ;;
        Linux.aarch64) platform=linux/aarch64 ;;
        *) return 0 ;; # zstd-jni finds its own way
    esac
    for jar in "$app"/lib/zstd-jni-*.jar; do
        (cd "$app" && "$jdk/bin/jar" xf "$jar" "$platform") && mv "$app/$platform"/libzstd-jni* "$app/libzstd-jni.so"
    done
    rm -rf "${app:?}/linux"
}

# The JVM runs a cache of another JDK, or of other jars at the same path, without a word: hence a file per JDK and
# application. Without a cache everything works, only slower.
train() {
    cache_of_this_jdk
    [ ! -f "$cache" ] || return 0
    class_path
    "$jdk/bin/java" $options $short_options $short_collector -XX:AOTCacheOutput="$cache.new" -cp "$class_path" \
        io.holdfast.cli.StartupTraining && mv "$cache.new" "$cache" || echo "there is no AOT cache, see above"
}

# Becomes Holdfast with these arguments.
start_holdfast() {
    class_path
    cache_of_this_jdk

    if is_long "$@"; then
        # A command that ran out of memory must end, so that whoever watches it starts it again.
        set -- -XX:+ExitOnOutOfMemoryError -cp "$class_path" io.holdfast.cli.Holdfast "$@"
    else
        set -- -cp "$class_path" io.holdfast.cli.Holdfast "$@"
        options="$options $short_options"
        case ${HOLDFAST_JAVA_OPTIONS:-} in
            *-XX:+Use*GC*) ;; # the JVM takes only one
            *) options="$options $short_collector" ;;
        esac
    fi
    [ ! -f "$cache" ] || set -- "-XX:AOTCache=$cache" "$@"
    [ ! -f "$app/libzstd-jni.so" ] || set -- "-DZstdNativePath=$app/libzstd-jni.so" "$@"
    # What the JVM itself has to say goes to stderr: stdout is the result of a command.
    options="$options -Xlog:disable -Xlog:all=warning:stderr"
    # shellcheck disable=SC2086 # options are words
    exec "$jdk/bin/java" $options ${HOLDFAST_JAVA_OPTIONS:-} "$@"
}
