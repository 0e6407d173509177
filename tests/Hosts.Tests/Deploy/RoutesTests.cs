using System.Text.RegularExpressions;

namespace Hosts.Tests.Deploy;

/// <summary>Probes and gateways ask for what the server answers, and event streams are let through unheld.</summary>
public sealed partial class RoutesTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public void Probes_AskForEndpointsThatThereAre()
    {
        var containers = DeployFiles.OfKind("StatefulSet").SelectMany(w => w["spec"]["template"]["spec"]["containers"].Items).ToList();
        foreach (var (probe, path) in new[] { ("startupProbe", "/health/live"), ("livenessProbe", "/health/live"), ("readinessProbe", "/health/ready") })
        {
            Assert.All(containers, c => Assert.Equal(path, c[probe]["httpGet"]["path"].Text));
            Assert.Contains(path, server.Routes);
        }
    }

    [Fact]
    public void Manifests_SendEveryPublicEndpointToTheRoleThatHasIt()
    {
        var rules = Assert.Single(DeployFiles.OfKind("HTTPRoute"))["spec"]["rules"].Items.ToList();
        foreach (var route in server.Routes.Where(IsPublic))
            Assert.Equal(IsCollectors(route) ? "engagement-collectors" : "engagement-engines", BackendOf(rules, Sample(route)));
        foreach (var stream in server.Routes.Where(IsStream))
        {
            var rule = rules.Single(r => r["matches"].Items.Any(m => m["path"]["type"].Text == "RegularExpression" && Regex.IsMatch(Sample(stream), $"^{m["path"]["value"].Text}$")));
            Assert.Equal("0s", rule["timeouts"]["request"].Text);
        }
        Assert.Null(BackendOf(rules, "/health/ready"));
    }

    [Fact]
    public void Gateway_SendsEveryPublicEndpointToTheRoleThatHasIt()
    {
        var locations = Location().Matches(DeployFiles.Read("gateway/nginx.conf")).Select(m => (Kind: m.Groups[1].Value, Path: m.Groups[2].Value, Body: m.Groups[3].Value)).ToList();
        foreach (var route in server.Routes.Where(IsPublic))
            Assert.Contains(IsCollectors(route) ? "http://collectors" : IsHub(route) ? "http://conversations" : "http://engines", Find(Sample(route)), StringComparison.Ordinal);
        Assert.Equal(2, server.Routes.Where(IsStream).Count());
        foreach (var stream in server.Routes.Where(IsStream)) Assert.Contains("proxy_buffering off", Find(Sample(stream)), StringComparison.Ordinal);
        Assert.Contains("return 404", Find("/health/ready"), StringComparison.Ordinal);

        // As nginx chooses: exact, then the first expression, then the longest prefix.
        string Find(string path) =>
            locations.Where(l => l.Kind == "=" && l.Path == path).Select(l => l.Body).FirstOrDefault()
            ?? locations.Where(l => l.Kind == "~" && Regex.IsMatch(path, l.Path)).Select(l => l.Body).FirstOrDefault()
            ?? locations.Where(l => l.Kind == "" && path.StartsWith(l.Path, StringComparison.Ordinal)).OrderByDescending(l => l.Path.Length).Select(l => l.Body).First();
    }

    /// <summary>A replay is served by one process only; pages of the demo are not for a cluster.</summary>
    private static bool IsPublic(string route) =>
        route.StartsWith("/sdk/", StringComparison.Ordinal) || route.StartsWith("/console", StringComparison.Ordinal)
        || (route.StartsWith("/v1/", StringComparison.Ordinal) && !route.StartsWith("/v1/replay/", StringComparison.Ordinal));

    private static bool IsCollectors(string route) => route is "/v1/events" or "/v1/sessions";

    private static bool IsHub(string route) => route.StartsWith("/v1/conversations/hub", StringComparison.Ordinal);

    private static bool IsStream(string route) => route.EndsWith("/stream", StringComparison.Ordinal) && route.StartsWith("/v1/", StringComparison.Ordinal);

    private static string Sample(string route) => Parameter().Replace(route, "x");

    private static string? BackendOf(List<Yaml> rules, string path)
    {
        var matches = rules.SelectMany(r => r["matches"].Items.Select(m => (Type: m["path"]["type"].Text, Value: m["path"]["value"].Text, Backend: r["backendRefs"].Items.Single()["name"].Text))).ToList();
        return matches.FirstOrDefault(m => m.Type == "Exact" && m.Value == path).Backend
            ?? matches.FirstOrDefault(m => m.Type == "RegularExpression" && Regex.IsMatch(path, $"^{m.Value}$")).Backend
            ?? matches.FirstOrDefault(m => m.Type == "PathPrefix" && (path == m.Value || path.StartsWith(m.Value + "/", StringComparison.Ordinal))).Backend;
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"^    location (=|~|) ?(\S+) \{(.*?)^    \}", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Location();
}
