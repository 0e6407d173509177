using System.Collections.Immutable;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Engine.Stream.Embedded;

namespace Engagement.Engine.Delivery.Embedded;

/// <summary>
/// Counts by site and hour in the storage file, written in the transaction of what is counted; how sessions stand is derived, and kept in memory alone.
/// Writer's thread.
/// </summary>
internal sealed class TallyStore(EmbeddedDatabase database)
{
    private readonly SqliteStatement _add = database.Prepare("""
        INSERT INTO tally(site, hour, tally, count) VALUES(?1, ?2, ?3, ?4) ON CONFLICT(site, hour, tally) DO UPDATE SET count = count + excluded.count
        """);
    private readonly SqliteStatement _of = database.Prepare("SELECT hour, tally, count FROM tally WHERE site = ?1");
    private readonly SqliteStatement _latest = database.Prepare("SELECT max(hour) FROM tally WHERE site = ?1");
    private readonly SqliteStatement _forget = database.Prepare("DELETE FROM tally WHERE site = ?1 AND hour <= ?2");
    private readonly SqliteStatement _counted = database.Prepare("SELECT position FROM tally_position WHERE partition = ?1");
    private readonly SqliteStatement _count = database.Prepare("INSERT INTO tally_position(partition, position) VALUES(?1, ?2) ON CONFLICT(partition) DO UPDATE SET position = max(position, excluded.position)");
    private readonly Dictionary<(string Site, int Partition), (ImmutableArray<int> States, Instant At)> _standing = [];

    /// <summary>A step of the store itself, in the hour of the site's time.</summary>
    public void Add(string site, Tally tally, Instant now) => Add(site, Tallies.HourOf(now), tally, 1);

    /// <summary>What a batch counts, but for what lies before the offset up to which its partition is counted already: a checkpoint may be moved back, this is not.</summary>
    public void Add(PartitionCommit commit, Instant wallNow)
    {
        var (partition, position) = (commit.Checkpoint.Partition, commit.Checkpoint.Position);
        var countedTo = _counted.Bind(1, partition).Step() ? _counted.Int64(0) : 0;
        _counted.Reset();
        foreach (var tallies in commit.Tallies) Add(tallies, partition, countedTo, wallNow);
        if (position > countedTo) _count.Bind(1, partition).Bind(2, position).Run();
    }

    private void Add(SiteTally tallies, int partition, long countedTo, Instant wallNow)
    {
        _standing[(tallies.Site, partition)] = (tallies.Standing, wallNow);
        if (tallies.Entries.Count == 0) return;
        var wall = Tallies.HourOf(wallNow);
        foreach (var (key, count) in tallies.Entries.Where(e => e.Offset >= countedTo).CountBy(e => (e.Hour, e.Tally)))
            if (tallies.ByLogClock || Math.Abs(key.Hour - wall) < Limits.TallyHours) Add(tallies.Site, key.Hour, key.Tally, count);
        var latest = tallies.ByLogClock ? LatestOf(tallies.Site) : wall;
        _forget.Bind(1, tallies.Site).Bind(2, latest - Limits.TallyHours).Run();
    }

    public List<TallyCount> Of(string site)
    {
        var counts = new List<TallyCount>();
        _of.Bind(1, site);
        while (_of.Step()) counts.Add(new TallyCount((int)_of.Int64(0), (Tally)_of.Int64(1), _of.Int64(2)));
        return counts;
    }

    public ImmutableArray<int> StandingOf(string site, Instant wallNow) =>
        Tallies.Sum(_standing.Where(s => s.Key.Site == site && wallNow - s.Value.At < Limits.StandingMax).Select(s => s.Value.States));

    private void Add(string site, int hour, Tally tally, long count) =>
        _add.Bind(1, site).Bind(2, hour).Bind(3, (long)tally).Bind(4, count).Run();

    private int LatestOf(string site)
    {
        _latest.Bind(1, site).Step();
        var latest = (int)_latest.Int64(0);
        _latest.Reset();
        return latest;
    }
}
