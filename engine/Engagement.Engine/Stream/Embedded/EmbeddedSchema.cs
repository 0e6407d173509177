using SQLitePCL;

namespace Engagement.Engine.Stream.Embedded;

/// <summary>Tables of the storage file and how they come about. The version stands in the file's header (<c>user_version</c>).</summary>
internal static class EmbeddedSchema
{
    /// <summary>Rises with every change of the tables; a file of a later version is refused.</summary>
    public const int Version = 4;

    /// <summary>Bits of a chunk's key that hold its base offset; the number of its partition stands above them.</summary>
    public const int OffsetBits = 44;

    private const string Tables = """
        CREATE TABLE topic(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, partitions INTEGER NOT NULL);
        CREATE TABLE chunk(key INTEGER PRIMARY KEY, records INTEGER NOT NULL, written_at INTEGER NOT NULL, crc INTEGER NOT NULL, data BLOB NOT NULL);
        CREATE TABLE trimmed(number INTEGER PRIMARY KEY, first INTEGER NOT NULL);
        CREATE TABLE group_position(name TEXT NOT NULL, number INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY(name, number)) WITHOUT ROWID;
        CREATE TABLE ownership(partition INTEGER PRIMARY KEY, epoch INTEGER NOT NULL);
        CREATE TABLE checkpoint(partition INTEGER PRIMARY KEY, position INTEGER NOT NULL, oldest_live INTEGER NOT NULL, epoch INTEGER NOT NULL,
            state_version INTEGER NOT NULL, splits BLOB NOT NULL);
        CREATE TABLE offer(id TEXT PRIMARY KEY, site TEXT NOT NULL, visitor TEXT NOT NULL, agent TEXT NOT NULL, holder TEXT, status INTEGER NOT NULL,
            reserved_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, held_until INTEGER NOT NULL, written_at INTEGER NOT NULL,
            log_clock INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE presence(site TEXT NOT NULL, agent TEXT NOT NULL, status INTEGER NOT NULL, capacity INTEGER NOT NULL, seen_at INTEGER NOT NULL,
            PRIMARY KEY(site, agent)) WITHOUT ROWID;
        CREATE TABLE offer_content(id TEXT PRIMARY KEY, invitation BLOB NOT NULL, reserved_card BLOB NOT NULL, full_card BLOB NOT NULL);
        """;

    /// <summary>
    /// Version 2: conversations, questions that were left, agents' skills and languages. A cell that an earlier version did not write has its default.
    /// </summary>
    private const string From1To2 = """
        ALTER TABLE offer ADD COLUMN course INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE offer ADD COLUMN language TEXT;
        ALTER TABLE offer ADD COLUMN skill TEXT;
        ALTER TABLE offer ADD COLUMN wrap_up TEXT;
        ALTER TABLE presence ADD COLUMN skills TEXT NOT NULL DEFAULT '';
        ALTER TABLE presence ADD COLUMN languages TEXT NOT NULL DEFAULT '';
        CREATE TABLE conversation_entry(offer TEXT NOT NULL, seq INTEGER NOT NULL, sender INTEGER NOT NULL, message TEXT, json BLOB NOT NULL,
            PRIMARY KEY(offer, seq)) WITHOUT ROWID;
        CREATE TABLE question(id TEXT PRIMARY KEY, site TEXT NOT NULL, visitor TEXT NOT NULL, asked_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
            holder TEXT, taken_until INTEGER NOT NULL, done INTEGER NOT NULL, json BLOB NOT NULL) WITHOUT ROWID;
        """;

    /// <summary>Version 3: keys of rejects, and which were sent again; counts by site and hour, and up to where each partition is counted.</summary>
    private const string From2To3 = """
        CREATE TABLE reject_key(site TEXT NOT NULL, visitor TEXT NOT NULL, key BLOB NOT NULL, expires_at INTEGER NOT NULL, PRIMARY KEY(site, visitor)) WITHOUT ROWID;
        CREATE INDEX reject_key_expiry ON reject_key(expires_at);
        CREATE TABLE reject_resent(site TEXT NOT NULL, visitor TEXT NOT NULL, id TEXT NOT NULL, resent_at INTEGER, held_until INTEGER NOT NULL,
            expires_at INTEGER NOT NULL, PRIMARY KEY(site, visitor, id)) WITHOUT ROWID;
        CREATE INDEX reject_resent_expiry ON reject_resent(expires_at);
        CREATE TABLE tally(site TEXT NOT NULL, hour INTEGER NOT NULL, tally INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY(site, hour, tally)) WITHOUT ROWID;
        CREATE TABLE tally_position(partition INTEGER PRIMARY KEY, position INTEGER NOT NULL);
        """;

    /// <summary>Version 4: who paused an agent.</summary>
    private const string From3To4 = "ALTER TABLE presence ADD COLUMN paused_by TEXT;";

    /// <summary>Creates the tables of a new file and brings those of an earlier version up to date. Throws <see cref="InvalidDataException"/> for a file of a later version.</summary>
    public static void Prepare(sqlite3 connection, string path)
    {
        long version;
        using (var read = new SqliteStatement(connection, "PRAGMA user_version"))
        {
            read.Step();
            version = read.Int64(0);
            read.Reset();
        }
        if (version > Version)
            throw new InvalidDataException(
                $"The storage file {path} has version {version}; this program knows up to {Version}. Start a newer program, or another data directory.");
        if (version == Version) return;
        Execute(connection, $"BEGIN IMMEDIATE; {(version < 1 ? Tables : "")} {(version < 2 ? From1To2 : "")} {(version < 3 ? From2To3 : "")} {From3To4} PRAGMA user_version = {Version}; COMMIT;");
    }

    public static void Execute(sqlite3 connection, string sql)
    {
        var code = raw.sqlite3_exec(connection, sql);
        if (code != raw.SQLITE_OK)
            throw new IOException($"The storage file refused: {raw.sqlite3_errmsg(connection).utf8_to_string()} (SQLite {code}).");
    }
}
