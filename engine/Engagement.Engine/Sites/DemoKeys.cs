using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Engagement.Engine.Sites;

/// <summary>
/// The demo's keys. They are published, so whoever serves anything but the local demo must not let them in: they are recognised by their hash,
/// whatever a site file says about them.
/// </summary>
public static class DemoKeys
{
    public const string Write = "demo-write-key";
    public const string Api = "demo-api-key";
    public const string Agent = "demo-agent-token";
    public const string Supervisor = "demo-supervisor-token";
    public const string Replay = "demo-replay-key";
    public const string ReplayApi = "demo-replay-api-key";
    public const string ReplayAgent = "demo-replay-agent-token";
    public const string TrafficWrite = "demo-traffic-key";
    public const string TrafficApi = "demo-traffic-api-key";
    public const string TrafficAgent = "demo-traffic-agent-token";

    private static readonly ImmutableHashSet<string> Hashes =
        [.. new[] { Write, Api, Agent, Supervisor, Replay, ReplayApi, ReplayAgent, TrafficWrite, TrafficApi, TrafficAgent }.Select(HashOf)];

    /// <summary>SHA-256 of a key as 64 lower-case hexadecimal digits: what a site file holds instead of the key.</summary>
    public static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>Whether a hash, in either case, is that of one of the demo's keys.</summary>
    public static bool Contains(string sha256) => Hashes.Contains(sha256.ToLowerInvariant());
}
