using System.Security.Cryptography;
using System.Text;

namespace Integration.Tests.Chaos;

/// <summary>The one site of the cluster: short leases, so that slots come and go; nobody held out. Its files lie where every node reads them.</summary>
internal static class ChaosSite
{
    public const string Id = "chaos";
    public const string WriteKey = "chaos-write-key";
    public const string ApiKey = "chaos-api-key";
    public const string AgentToken = "chaos-agent-token";

    /// <summary>The shortest that a site may have.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    /// <param name="desk">Null: the site has none and tells nobody.</param>
    public static void Write(string directory, CompanyDesk? desk = null)
    {
        Directory.CreateDirectory(directory);
        desk?.WriteSecrets(directory);
        File.WriteAllText(Path.Combine(directory, "chaos.secret"), Convert.ToHexStringLower(SHA256.HashData("chaos"u8)));
        File.WriteAllText(Path.Combine(directory, $"{Id}.json"), $$"""
            {
              "site": "{{Id}}", "mode": "live", "delivery": "stream", "consent": "notRequired", "timeZone": "UTC",
              "keys": [
                { "role": "write", "sha256": "{{HashOf(WriteKey)}}" },
                { "role": "api", "sha256": "{{HashOf(ApiKey)}}" },
                { "role": "agent", "sha256": "{{HashOf(AgentToken)}}" }
              ],
              "secret": { "file": "chaos.secret" },
              "policy": { "version": "chaos-1", "holdout": 0, "lease": "{{Lease.TotalSeconds}}s", "offersPerHourMax": 1000000 },
              {{desk?.SiteMembers}}
              "models": { "purposeful": "released", "floundering": "published-rules" }
            }
            """);
    }

    private static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
