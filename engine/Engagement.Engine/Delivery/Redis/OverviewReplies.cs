using System.Collections.Immutable;
using System.Globalization;
using Engagement.Core;
using Engagement.Core.Contracts;
using StackExchange.Redis;

namespace Engagement.Engine.Delivery.Redis;

/// <summary>What the script <c>overview</c> returns, read. Pure.</summary>
internal static class OverviewReplies
{
    public static StoredOverview ToOverview(RedisResult reply)
    {
        var parts = (RedisResult[])reply!;
        var now = new Instant((long)parts[2]);
        return new StoredOverview(ToTallies((RedisResult[])parts[0]!), ToStanding((RedisResult[])parts[1]!, now), ToLoad((RedisResult[])parts[3]!));
    }

    private static List<TallyCount> ToTallies(RedisResult[] fields)
    {
        var counts = new List<TallyCount>(fields.Length / 2);
        for (var i = 0; i + 1 < fields.Length; i += 2)
        {
            var name = ((string)fields[i]!).Split(':');
            if (name.Length == 2) counts.Add(new TallyCount(NumberOf(name[0]), (Tally)NumberOf(name[1]), (long)fields[i + 1]));
        }
        return counts;
    }

    private static ImmutableArray<int> ToStanding(RedisResult[] fields, Instant now)
    {
        var standings = new List<ImmutableArray<int>>();
        for (var i = 1; i < fields.Length; i += 2)
        {
            var said = ((string)fields[i]!).Split(' ');
            if (now - new Instant(long.Parse(said[2], CultureInfo.InvariantCulture)) < Limits.StandingMax) standings.Add([.. said.Skip(3).Select(NumberOf)]);
        }
        return Tallies.Sum(standings);
    }

    private static SiteLoad ToLoad(RedisResult[] fields) => new(
        (int)fields[0], (int)fields[1], (int)fields[2], (int)fields[3], (int)fields[4], InstantOf(fields[5]) - Limits.ClaimGiveUpAfter, (int)fields[6],
        InstantOf(fields[7]));

    private static Instant? InstantOf(RedisResult at) => (string)at! is { Length: > 0 } text ? new Instant((long)double.Parse(text, CultureInfo.InvariantCulture)) : null;

    private static int NumberOf(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
