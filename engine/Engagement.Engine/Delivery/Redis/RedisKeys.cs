using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Engagement.Core;
using StackExchange.Redis;

namespace Engagement.Engine.Delivery.Redis;

/// <summary>Names of keys; the braces name the hash slot. Thread-safe.</summary>
internal static class RedisKeys
{
    /// <summary>Sites that have any state, scored by when they were last heard of: what a sweep goes through.</summary>
    public static readonly RedisKey Sites = "engagement:sites";

    /// <summary>In the order of the scripts' part <c>site</c>.</summary>
    private static readonly string[] SiteNames =
        ["agents", "leases", "held", "offers", "content", "visitors", "reserved", "written", "unclaimed", "clock", "fences", "entries", "ended", "questions", "asked", "hours",
         "standing"];

    private static readonly ConcurrentDictionary<string, RedisKey[]> SiteKeys = new(StringComparer.Ordinal);

    /// <summary>All keys of a site, in its own slot. Not to be changed.</summary>
    public static RedisKey[] OfSite(string site) =>
        SiteKeys.GetOrAdd(site, static site => [.. SiteNames.Select(n => (RedisKey)Encoding.UTF8.GetBytes($"engagement:{{{site}}}:{n}"))]);

    /// <summary>A partition's epoch and its checkpoint, in one slot.</summary>
    public static RedisKey[] OfPartition(int partition) =>
        [string.Create(CultureInfo.InvariantCulture, $"engagement:{{partition:{partition}}}:epoch"),
         string.Create(CultureInfo.InvariantCulture, $"engagement:{{partition:{partition}}}:checkpoint")];

    /// <summary>Hot: one for every assessment written.</summary>
    public static RedisKey Assessment(string site, VisitorKey visitor) => OfVisitor(site, visitor, ":assessment"u8);

    /// <summary>Which nodes see a page of hers open.</summary>
    public static RedisKey Page(string site, VisitorKey visitor) => OfVisitor(site, visitor, ":page"u8);

    /// <summary>The key of her rejects, and which of them were sent again.</summary>
    public static RedisKey Rejects(string site, VisitorKey visitor) => OfVisitor(site, visitor, ":rejects"u8);

    private static RedisKey OfVisitor(string site, VisitorKey visitor, ReadOnlySpan<byte> name)
    {
        var head = "engagement:{"u8;
        var siteBytes = Encoding.UTF8.GetByteCount(site);
        var key = new byte[head.Length + siteBytes + 1 + 32 + 1 + name.Length];
        head.CopyTo(key);
        var at = head.Length + Encoding.UTF8.GetBytes(site, key.AsSpan(head.Length));
        key[at++] = (byte)':';
        visitor.TryFormat(key.AsSpan(at));
        at += 32;
        key[at++] = (byte)'}';
        name.CopyTo(key.AsSpan(at));
        return key;
    }
}
