#!/bin/sh
# Makes the WAL fixtures of one PostgreSQL major: make-fixtures.sh BIN OUT, where BIN holds a complete set of server
# and client programs and OUT is the folder to fill. Run it as an unprivileged user; PostgreSQL refuses root.
# Segments are 1 MiB, gzip-compressed; expected.txt is what pg_waldump says of them.
set -eu
bin=$1 out=$2
work=$(mktemp -d) data=$work/data
trap '"$bin/pg_ctl" -D "$data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
export PGHOST=$work PGPORT=54999 PGDATABASE=postgres PGUSER=postgres LC_ALL=C TZ=UTC PGTZ=UTC
unset PGDATA

sql() { "$bin/psql" -XAtq -v ON_ERROR_STOP=1 "$@"; }
start() { "$bin/pg_ctl" -D "$data" -l "$work/log" -w start >/dev/null; }
segment() { sql -c 'select pg_walfile_name(pg_current_wal_insert_lsn())'; }

"$bin/initdb" -D "$data" -U postgres --wal-segsize=1 --no-sync -A trust --no-locale >/dev/null
cat >>"$data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$work'
port = 54999
fsync = off
wal_level = logical
wal_keep_size = 64MB
max_prepared_transactions = 5
autovacuum = off
checkpoint_timeout = 1h
shared_buffers = 16MB
CONF
start
sql -c 'checkpoint' -c 'select pg_switch_wal()' >/dev/null

# Timeline 1: commits of every shape, aborts, both endings of prepared transactions, records longer than a segment.
first=$(segment)
sql >/dev/null <<SQL
create table project (id int primary key, name text);
insert into project select n, 'project ' || n from generate_series(1, 200) n;
begin; insert into project values (1001, 'rolled back'); rollback;
begin; insert into project values (1002, 'with'); savepoint a; insert into project values (1003, 'sub');
savepoint b; insert into project values (1004, 'transactions'); commit;
begin; insert into project values (1005, 'prepared'); prepare transaction 'keep it';
select pg_create_restore_point('before the storm');
commit prepared 'keep it';
begin; insert into project values (1006, 'prepared'); prepare transaction 'drop it';
rollback prepared 'drop it';
create table doomed (id int primary key, name text);
begin; drop table doomed; create table reborn (id serial primary key);
savepoint c; insert into project values (1007, 'sub'); prepare transaction 'with lists';
commit prepared 'with lists';
create table attic ();
begin;
do 'begin for n in 1..130 loop execute format(''alter table attic add column c%s int'', n); end loop; end';
prepare transaction 'longer than a page';
commit prepared 'longer than a page';
select pg_replication_origin_create('elsewhere');
select pg_replication_origin_session_setup('elsewhere');
begin; select pg_replication_origin_xact_setup('0/ABCDEF', '2020-02-02 02:02:02+00');
insert into project values (1008, 'replicated'); commit;
select pg_replication_origin_session_reset();
checkpoint;
update project set name = upper(name);
select pg_logical_emit_message(true, 'holdfast', repeat('a long message ', 20000));
select pg_logical_emit_message(true, 'holdfast', repeat('longer than a segment ', 60000));
alter system set full_page_writes = off;
select pg_reload_conf();
select pg_sleep(0.3);
checkpoint;
insert into project values (1009, 'no page images');
alter system reset full_page_writes;
select pg_reload_conf();
select pg_sleep(0.3);
select pg_backup_start('fixture', true);
insert into project values (1010, 'during a backup');
select pg_backup_stop(false);
select pg_switch_wal();
insert into project values (1011, 'after a switch');
SQL
"$bin/pg_ctl" -D "$data" -m fast -w stop >/dev/null
echo 'max_connections = 50' >>"$data/postgresql.conf"
start
sql -c "insert into project values (1012, 'after a restart')"

# A crash that loses the rest of a long record: the server overwrites it after recovery.
sql -c 'select pg_switch_wal()' -c 'checkpoint' >/dev/null
torn=$(segment)
sql -c "select pg_logical_emit_message(false, 'holdfast', repeat('torn ', 300000))" >/dev/null
"$bin/pg_ctl" -D "$data" -m immediate -w stop >/dev/null
for file in "$data"/pg_wal/0000000100*; do
  name=${file##*/}
  if [ "$(printf '%s\n%s\n' "$name" "$torn" | sort | tail -n 1)" != "$torn" ]; then rm "$file"; fi
done
start
sql -c "insert into project values (1013, 'after a torn record')"

# Timeline 2, in the middle of a segment.
"$bin/pg_ctl" -D "$data" -m fast -w stop >/dev/null
touch "$data/standby.signal"
start
"$bin/pg_ctl" -D "$data" -w promote >/dev/null
sql -c "insert into project values (2001, 'on timeline 2')" -c 'checkpoint'
last=$(segment)
end=$(sql -c 'select pg_current_wal_flush_lsn()')
"$bin/pg_ctl" -D "$data" -m fast -w stop >/dev/null

mkdir -p "$out"
rm -f "$out"/*
begins() { printf '0/%X' $((0x$(printf %s "$1" | cut -c 17-24) << 20)); }
start_lsn=$(begins "$first")
last_lsn=$(begins "$last")
for file in "$data"/pg_wal/0000000[12]0000*; do
  name=${file##*/}
  case $name in *.partial) continue ;; esac
  tail=${name#????????}
  if [ "$(printf '%s\n%s\n' "$tail" "${first#????????}" | sort | head -n 1)" = "${first#????????}" ] &&
     [ "$(printf '%s\n%s\n' "$tail" "${last#????????}" | sort | head -n 1)" = "$tail" ]; then
    gzip -9nc "$file" >"$out/$name.gz"
  fi
done
cp "$data/pg_wal/00000002.history" "$out/"
describe() {
  "$bin/pg_waldump" -p "$data/pg_wal" -t "$1" -s "$2" 2>>"$work/dump.log" |
    sed -nE 's/^rmgr: ([^ ]+) +len \(rec\/tot\): +[0-9]+\/ *([0-9]+), tx: +([0-9]+), lsn: ([^,]+), prev ([^,]+), desc: (.{0,110}).*/\4\t\5\t\2\t\3\t\1\t\6/p' |
    awk -F'\t' -v OFS='\t' '$5 != "XLOG" && $5 != "Transaction" || $6 ~ /^(INVALIDATION|FPI)/ { $6 = "" } { print }'
}
{
  echo "# lsn, prev, length, xid, resource manager, description; after the timeline and where to begin"
  echo "system $("$bin/pg_controldata" -D "$data" | sed -n 's/^Database system identifier: *//p')"
  echo "timeline 1 $start_lsn"
  describe 1 "$start_lsn"
  echo "timeline 2 $last_lsn"
  describe 2 "$last_lsn"
} >"$out/expected.txt"
cat "$work/dump.log" >&2
grep -E 'contrecord|aborted' "$work/log" >&2 || true
