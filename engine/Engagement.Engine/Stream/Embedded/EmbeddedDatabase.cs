using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Engagement.Engine.Stream.Embedded;

/// <summary>
/// The storage file of the embedded mode: one SQLite database in WAL mode that is the log, the checkpoints and the delivery store at once, with
/// one writer thread and any number of readers. Used by one process at a time. Thread-safe.
/// </summary>
public sealed class EmbeddedDatabase : IAsyncDisposable
{
    /// <summary>
    /// Bytes written between two checkpoints of the WAL: small enough that a start after a kill reads it in well under a second, large enough
    /// that the copying is seldom. It runs beside the writer.
    /// </summary>
    private const long CheckpointBytes = 32 * 1024 * 1024;

    /// <summary>A WAL of this size holds the writer until it is copied: readers or a slow disk kept the usual checkpoint from finishing.</summary>
    private const long CheckpointBytesForced = 8 * CheckpointBytes;

    /// <summary>
    /// How the writer's connection is set up. Full sync: a commit is answered only when it survives a power cut. Freed text is overwritten where
    /// that costs no extra write. Checkpoints are made beside the writer, not by it.
    /// </summary>
    public const string Pragmas = """
        PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 67108864;
        PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = FAST; PRAGMA busy_timeout = 250;
        """;

    private readonly FileStream _lock;
    private readonly SqliteConnection _connection;
    private readonly ConcurrentBag<EmbeddedLogReader> _readers = [];
    private readonly List<SqliteStatement> _statements = [];
    private readonly string _walPath;
    private Task _checkpoint = Task.CompletedTask;
    private long _bytesSinceCheckpoint;
    private bool _closed;

    private EmbeddedDatabase(string path, TimeProvider clock, long tailBytesMax, FileStream fileLock, SqliteConnection connection)
    {
        Path = path;
        Clock = clock;
        TailBytesMax = tailBytesMax;
        _walPath = path + "-wal";
        _lock = fileLock;
        _connection = connection;
        Writer = new EmbeddedWriter(connection.Handle!, LookAtWal);
    }

    public string Path { get; }

    /// <summary>Transactions committed since the file was opened.</summary>
    public long Commits => Writer.Commits;

    /// <summary>Bytes that wait for the disk; 0 to <see cref="Engagement.Core.Limits.AppendQueueBytesMax"/>.</summary>
    public long QueuedBytes => Writer.QueuedBytes;
    internal TimeProvider Clock { get; }

    /// <summary>Bytes of recent records that each partition keeps in memory.</summary>
    internal long TailBytesMax { get; }
    internal EmbeddedWriter Writer { get; }

    /// <summary>The writer's connection: to be used on the writer's thread, or before the first work is offered.</summary>
    internal sqlite3 Handle => _connection.Handle!;

    /// <summary>
    /// Opens the file, creating it and its directory where missing. Throws <see cref="IOException"/> when another process uses it or the disk
    /// refuses, <see cref="InvalidDataException"/> when a later version of the program wrote it.
    /// </summary>
    public static EmbeddedDatabase Open(string path, TimeProvider clock) => Open(path, clock, ChunkTail.BytesDefault);

    internal static EmbeddedDatabase Open(string path, TimeProvider clock, long tailBytesMax)
    {
        path = System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        var fileLock = TakeLock(path);
        try
        {
            return new EmbeddedDatabase(path, clock, tailBytesMax, fileLock, OpenConnection(path));
        }
        catch
        {
            fileLock.Dispose();
            throw;
        }
    }

    /// <summary>Throws <see cref="IOException"/> with the cause when the last write failed and another attempt fails too.</summary>
    public async ValueTask CheckAsync(CancellationToken cancellation)
    {
        if (Writer.Fault is null && !_closed) return;
        await Writer.RunAsync(() =>
        {
            // Takes new pages, as an append would: a full disk may still let old ones be written.
            EmbeddedSchema.Execute(Handle, "CREATE TABLE probe(data BLOB); INSERT INTO probe VALUES(zeroblob(65536)); DROP TABLE probe;");
            return true;
        }).WaitAsync(cancellation);
    }

    /// <summary>Writes what waits, copies the WAL into the file and lets another process have it. Idempotent.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_closed) return;
        _closed = true;
        await Task.Run(Writer.Dispose);
        await _checkpoint;
        while (_readers.TryTake(out var reader)) reader.Dispose();
        foreach (var statement in _statements) statement.Dispose();
        _connection.Dispose();
        _lock.Dispose();
    }

    /// <summary>A statement of the writer's connection; closed with the database.</summary>
    internal SqliteStatement Prepare(string sql)
    {
        var statement = new SqliteStatement(Handle, sql);
        lock (_statements) _statements.Add(statement);
        return statement;
    }

    internal EmbeddedLogReader RentReader() => _readers.TryTake(out var reader) ? reader : new EmbeddedLogReader(OpenReader());

    internal void Return(EmbeddedLogReader reader)
    {
        if (_closed) reader.Dispose();
        else _readers.Add(reader);
    }

    private static FileStream TakeLock(string path)
    {
        var name = path + ".lock";
        try
        {
            return new FileStream(name, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException cause)
        {
            throw new IOException($"The storage file {path} is in use by another process (its lock {name} is taken), or its directory cannot be written.", cause);
        }
    }

    private static SqliteConnection OpenConnection(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        try
        {
            connection.Open();
            EmbeddedSchema.Execute(connection.Handle!, Pragmas);
            EmbeddedSchema.Prepare(connection.Handle!, path);
            return connection;
        }
        catch (SqliteException cause)
        {
            connection.Dispose();
            throw new IOException($"The storage file {path} cannot be opened: {cause.Message}", cause);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private SqliteConnection OpenReader()
    {
        var connection = new SqliteConnection($"Data Source={Path};Mode=ReadOnly;Pooling=False");
        connection.Open();
        EmbeddedSchema.Execute(connection.Handle!, "PRAGMA busy_timeout = 5000");
        return connection;
    }

    /// <summary>On the writer's thread after each group.</summary>
    private void LookAtWal(long bytesWritten)
    {
        _bytesSinceCheckpoint += bytesWritten;
        if (_bytesSinceCheckpoint < CheckpointBytes || !_checkpoint.IsCompleted) return;
        _bytesSinceCheckpoint = 0;
        if (new FileInfo(_walPath) is { Exists: true, Length: >= CheckpointBytesForced }) Checkpoint(Handle, "TRUNCATE");
        else _checkpoint = Task.Run(CheckpointBeside);
    }

    private void CheckpointBeside()
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        try
        {
            connection.Open();
            Checkpoint(connection.Handle!, "PASSIVE");
        }
        catch (Exception cause) when (cause is IOException or SqliteException)
        {
            // The next look tries again; a disk that refuses shows at the next commit, where somebody waits for the answer.
        }
    }

    private static void Checkpoint(sqlite3 connection, string mode)
    {
        using var statement = new SqliteStatement(connection, $"PRAGMA wal_checkpoint({mode})");
        statement.Run();
    }
}
