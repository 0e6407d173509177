using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Engine.Stream.Embedded;

namespace Hosts.Tests.Stream;

/// <summary>What only the embedded file promises: one process, a bounded queue, an honest answer when the disk refuses.</summary>
public sealed class EmbeddedDatabaseTests : IDisposable
{
    private const string Topic = "t";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_UsedByAnother_SaysSo()
    {
        await using var first = Open();
        var refusal = Assert.Throws<IOException>(Open);
        Assert.Contains("in use by another process", refusal.Message);
    }

    [Fact]
    public async Task Open_FileOfALaterVersion_Refused()
    {
        await using (var database = Open())
        {
            await database.Writer.RunAsync(() =>
            {
                EmbeddedSchema.Execute(database.Handle, $"PRAGMA user_version = {EmbeddedSchema.Version + 1}");
                return true;
            });
        }
        Assert.Contains("newer program", Assert.Throws<InvalidDataException>(Open).Message);
    }

    [Fact]
    public async Task Open_FileOfVersion1_IsBroughtUpToDate_AndKeepsWhatItHeld()
    {
        await using (var database = Open())
        {
            Assert.True((await AppendAsync(new EmbeddedEventLog(database), 10)).IsDurable);
            await database.Writer.RunAsync(() =>
            {
                foreach (var column in new[] { "course", "language", "skill", "wrap_up" }) EmbeddedSchema.Execute(database.Handle, $"ALTER TABLE offer DROP COLUMN {column}");
                foreach (var column in new[] { "skills", "languages", "paused_by" }) EmbeddedSchema.Execute(database.Handle, $"ALTER TABLE presence DROP COLUMN {column}");
                EmbeddedSchema.Execute(database.Handle, "DROP TABLE conversation_entry; DROP TABLE question; DROP TABLE reject_key; DROP TABLE reject_resent; DROP TABLE tally; DROP TABLE tally_position; PRAGMA user_version = 1;");
                EmbeddedSchema.Execute(database.Handle, $"INSERT INTO presence(site, agent, status, capacity, seen_at) VALUES('shop', 'anna', 1, 3, {DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() / 2})");
                return true;
            });
        }
        await using var again = Open();
        var store = new Engagement.Engine.Delivery.Embedded.EmbeddedDeliveryStore(again);
        Assert.Equal(3, (await store.GetAvailabilityAsync("shop", default)).FreeSlots);
        Assert.Empty(await store.GetQuestionsAsync("shop", default));
        Assert.Equal((0L, 10L), await new EmbeddedEventLog(again).GetBoundsAsync(Topic, 0, default));
    }

    [Fact]
    public async Task Open_FileOfVersion3_IsBroughtUpToDate()
    {
        await using (var database = Open())
        {
            await database.Writer.RunAsync(() =>
            {
                EmbeddedSchema.Execute(database.Handle, "ALTER TABLE presence DROP COLUMN paused_by; PRAGMA user_version = 3;");
                return true;
            });
        }
        await using var again = Open();
        var store = new Engagement.Engine.Delivery.Embedded.EmbeddedDeliveryStore(again);
        await store.SetPresenceAsync(new PresenceRequest("shop", "anna", PresenceStatus.Available, 3), default);
        Assert.True((await store.SetPauseAsync(new PauseRequest("shop", "anna", "lena"), default)).IsPresent);
        Assert.Equal("lena", Assert.Single(await store.GetAgentsAsync("shop", default)).PausedBy);
    }

    [Fact]
    public void Open_NoDatabase_SaysSo()
    {
        File.WriteAllText(_folder.File("storage.db"), new string('?', 8192));
        Assert.Throws<IOException>(Open);
    }

    [Fact]
    public async Task AppendAsync_DiskFull_UnavailableThenGoesOnWithoutAGap()
    {
        await using var database = Open();
        var log = new EmbeddedEventLog(database);
        Assert.True((await AppendAsync(log, 10)).IsDurable);
        await LimitAsync(database, "(SELECT page_count FROM pragma_page_count)");
        var refused = await AppendAsync(log, 5_000);
        Assert.Equal(AppendOutcome.Unavailable, refused.Outcome);
        Assert.True(refused.RetryAfter > TimeSpan.Zero);
        Assert.Contains("full", (await Assert.ThrowsAsync<IOException>(async () => await log.CheckAsync(default))).Message);
        await LimitAsync(database, "1073741823");
        await log.CheckAsync(default);
        Assert.True((await AppendAsync(log, 10)).IsDurable);
        Assert.Equal((0L, 20L), await log.GetBoundsAsync(Topic, 0, default));
    }

    [Fact]
    public async Task AppendAsync_QueueFull_BusyAndNothingTaken()
    {
        await using var database = Open();
        var log = new EmbeddedEventLog(database);
        Assert.True((await AppendAsync(log, 1)).IsDurable);
        using var gate = new ManualResetEventSlim();
        var blocker = database.Writer.RunAsync(() =>
        {
            gate.Wait();
            return true;
        });
        var large = new LogAppend(default, new byte[8 * 1024 * 1024], 0);
        var waiting = Enumerable.Range(0, 12).Select(_ => log.AppendAsync(Topic, [large], default).AsTask()).ToArray();
        var busy = await Task.WhenAll(waiting.Where(w => w.IsCompleted));
        Assert.InRange(busy.Length, 4, 6);
        Assert.All(busy, b => Assert.Equal(AppendOutcome.Busy, b.Outcome));
        gate.Set();
        await blocker;
        var durable = (await Task.WhenAll(waiting)).Count(r => r.IsDurable);
        Assert.Equal(12 - busy.Length, durable);
        Assert.Equal((0L, 1L + durable), await log.GetBoundsAsync(Topic, 0, default));
    }

    [Fact]
    public async Task AppendAsync_Closed_Unavailable()
    {
        var database = Open();
        var log = new EmbeddedEventLog(database);
        Assert.True((await AppendAsync(log, 1)).IsDurable);
        await database.DisposeAsync();
        Assert.Equal(AppendOutcome.Unavailable, (await AppendAsync(log, 1)).Outcome);
        await Assert.ThrowsAsync<IOException>(async () => await log.CheckAsync(default));
    }

    [Fact]
    public async Task ReadAsync_OlderThanTheTail_FromTheFile()
    {
        await using var database = Open();
        var log = new EmbeddedEventLog(database);
        var value = new byte[100_000];
        for (var i = 0; i < 300; i++) Assert.True((await log.AppendAsync(Topic, [new LogAppend(BitConverter.GetBytes(i), value, 0)], default)).IsDurable);
        long offset = 0;
        while (offset < 300)
        {
            using var batch = await log.ReadAsync(Topic, 0, offset, 17, default);
            for (var i = 0; i < batch.Count; i++) Assert.Equal(offset + i, BitConverter.ToInt32(batch[i].Key.Span));
            Assert.True(batch.Count > 0);
            offset = batch.NextOffset;
        }
    }

    [Fact]
    public async Task ReadAsync_DamagedChunk_SaysSoInsteadOfReadingRubbish()
    {
        await using (var database = Open())
        {
            await AppendAsync(new EmbeddedEventLog(database), 10);
            await database.Writer.RunAsync(() =>
            {
                EmbeddedSchema.Execute(database.Handle, "UPDATE chunk SET data = zeroblob(length(data))");
                return true;
            });
        }
        await using var reopened = Open();
        var log = new EmbeddedEventLog(reopened);
        await Assert.ThrowsAsync<InvalidDataException>(async () => await log.ReadAsync(Topic, 0, 0, 10, default));
    }

    [Fact]
    public async Task CommitAsync_GroupPosition_StandsAfterReopening()
    {
        await using (var database = Open())
        {
            var log = new EmbeddedEventLog(database);
            await using var consumer = await log.JoinAsync(Topic, "g", default);
            await consumer.CommitAsync(2, 77, default);
            Assert.Equal(77, log.GetGroupPosition(Topic, "g", 2));
        }
        await using var reopened = Open();
        Assert.Equal(77, new EmbeddedEventLog(reopened).GetGroupPosition(Topic, "g", 2));
    }

    [Fact]
    public async Task EmbeddedEventLog_OtherPartitionCount_KeepsTheFilesOwn()
    {
        await using (var database = Open()) await AppendAsync(new EmbeddedEventLog(database, 3), 1);
        await using var reopened = Open();
        Assert.Equal(3, new EmbeddedEventLog(reopened, 8).PartitionCount);
    }

    [Fact]
    public async Task RunAsync_OneOfAGroupThrows_TheOthersAreKept()
    {
        await using var database = Open();
        var log = new EmbeddedEventLog(database);
        await AppendAsync(log, 1);
        using var gate = new ManualResetEventSlim();
        var blocker = database.Writer.RunAsync(() =>
        {
            gate.Wait();
            return 0;
        });
        var before = AppendAsync(log, 3);
        var bad = database.Writer.RunAsync<int>(() => throw new InvalidOperationException("mine alone"));
        var after = AppendAsync(log, 4);
        gate.Set();
        await blocker;
        Assert.True((await before).IsDurable && (await after).IsDurable);
        Assert.Equal("mine alone", (await Assert.ThrowsAsync<InvalidOperationException>(() => bad)).Message);
        Assert.Equal((0L, 8L), await log.GetBoundsAsync(Topic, 0, default));
    }

    [Fact]
    public async Task NextAsync_RecordAppended_ThereWithoutPolling()
    {
        await using var database = Open();
        var log = new EmbeddedEventLog(database, 1);
        await using var consumer = await log.JoinAsync(Topic, "g", default);
        Assert.Equal(ConsumerSignalKind.Assigned, (await consumer.NextAsync(default)).Kind);
        consumer.Seek(0, 0);
        Assert.Equal(ConsumerSignalKind.CaughtUp, (await consumer.NextAsync(default)).Kind);
        var waiting = consumer.NextAsync(default).AsTask();
        await Task.Delay(50);
        Assert.False(waiting.IsCompleted);
        await AppendAsync(log, 1);
        using var batch = (await waiting.WaitAsync(TimeSpan.FromSeconds(10))).Batch;
        Assert.Equal(1, batch!.Count);
    }

    private EmbeddedDatabase Open() => EmbeddedDatabase.Open(_folder.File("storage.db"), TimeProvider.System);

    private static Task<AppendResult> AppendAsync(EmbeddedEventLog log, int records) => log.AppendAsync(
        Topic, [.. Enumerable.Range(0, records).Select(i => new LogAppend(default, Encoding.UTF8.GetBytes($"value {i}"), 0))], default).AsTask();

    private static Task<bool> LimitAsync(EmbeddedDatabase database, string pages) => database.Writer.RunAsync(() =>
    {
        long limit;
        using (var read = new SqliteStatement(database.Handle, $"SELECT {pages}"))
        {
            read.Step();
            limit = read.Int64(0);
            read.Reset();
        }
        EmbeddedSchema.Execute(database.Handle, $"PRAGMA max_page_count = {limit}");
        return true;
    });
}
