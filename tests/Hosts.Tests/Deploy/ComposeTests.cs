using System.Text.RegularExpressions;
using Engagement.Server.Hosting;

namespace Hosts.Tests.Deploy;

/// <summary>What must hold of <c>deploy/compose.yaml</c> and of the gateway's file beside it. No container is started here.</summary>
public sealed partial class ComposeTests
{
    private static IReadOnlyDictionary<string, Yaml> Services => DeployFiles.Services;
    private static IEnumerable<KeyValuePair<string, Yaml>> Nodes => Services.Where(s => s.Value["command"].Texts.FirstOrDefault() == "serve");

    [Fact]
    public void Services_AreTheWholeCluster()
    {
        Assert.Superset(new HashSet<string> { "kafka", "redis", "topics", "collector-1", "collector-2", "engine-1", "engine-2", "gateway" }, Services.Keys.ToHashSet());
        Assert.Equal(4, Nodes.Count());
    }

    [Fact]
    public void Images_EachByAVersion() => Assert.Empty(Services.Where(s => !DeployFiles.IsPinned(s.Value["image"].Text)).Select(s => s.Value["image"].ToString()));

    [Fact]
    public void Services_OfOurs_AreReadOnlyWithoutPrivileges()
    {
        foreach (var (name, service) in Services.Where(s => s.Key != "kafka"))
        {
            Assert.True(service["read_only"].Text == "true", name);
            Assert.True(service["cap_drop"].Texts.SequenceEqual(["ALL"]), name);
            Assert.Contains("no-new-privileges:true", service["security_opt"].Texts);
        }
    }

    [Fact]
    public void Nodes_HaveMoreTimeToStopThanTheyTake()
    {
        foreach (var (name, node) in Nodes) Assert.True(DeployFiles.Seconds(node["stop_grace_period"].Text) > ServerComposer.StopWithin.TotalSeconds, name);
    }

    [Fact]
    public void Services_ThatStay_HaveAHealthCheck()
    {
        string[] exempt = ["otel-collector", "prometheus", "grafana"];
        Assert.Empty(Services.Where(s => s.Value["restart"].Text != "no" && !exempt.Contains(s.Key) && !s.Value["healthcheck"]["test"].Exists).Select(s => s.Key));
    }

    [Fact]
    public void Nodes_WaitForTopicsAndRedis()
    {
        foreach (var (_, node) in Nodes)
        {
            Assert.Equal("service_completed_successfully", node["depends_on"]["topics"]["condition"].Text);
            Assert.Equal("service_healthy", node["depends_on"]["redis"]["condition"].Text);
        }
        Assert.Equal("service_healthy", Services["topics"]["depends_on"]["kafka"]["condition"].Text);
    }

    [Fact]
    public void Secrets_ComeFromFilesThatAreNotHere()
    {
        foreach (var (name, secret) in DeployFiles.Compose["secrets"].Members) Assert.True(secret["file"].Text.StartsWith("./secrets/", StringComparison.Ordinal), name);
        Assert.Equal(["*", "!.gitignore"], DeployFiles.Read("secrets/.gitignore").Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var known = DeployFiles.Compose["secrets"].Members.Select(m => m.Key).ToHashSet();
        var used = Services.Values.SelectMany(s => s["secrets"].Items).Select(s => s.Text.Length > 0 ? s.Text : s["source"].Text).ToHashSet();
        Assert.Equal(known.Order(), used.Order());
    }

    [Fact]
    public void Environment_HoldsNoSecret()
    {
        var told = from service in Services.Values
                   from variable in service["environment"].Members
                   where Secretive().IsMatch(variable.Key) && !variable.Value.Text.StartsWith("/run/secrets/", StringComparison.Ordinal)
                   select variable.Value.ToString();
        Assert.Empty(told);
    }

    [Fact]
    public void Volumes_AreNamedHereOrAreFilesOfOurs()
    {
        var named = DeployFiles.Compose["volumes"].Members.Select(m => m.Key).ToHashSet();
        foreach (var source in Services.Values.SelectMany(s => s["volumes"].Texts).Select(v => v.Split(':')[0]))
            Assert.True(named.Contains(source) || Path.Exists(DeployFiles.Of(source)), source);
    }

    [Fact]
    public void Storage_KeepsWhatItAcknowledged()
    {
        Assert.Contains("kafka:/var/lib/kafka/data", Services["kafka"]["volumes"].Texts);
        Assert.Equal("false", Services["kafka"]["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"].Text);
        Assert.Contains("redis:/data", Services["redis"]["volumes"].Texts);
        var redis = string.Join(' ', Services["redis"]["command"].Texts);
        Assert.Contains("--appendonly yes", redis, StringComparison.Ordinal);
        Assert.Contains("--maxmemory-policy noeviction", redis, StringComparison.Ordinal);
        var spools = Nodes.Where(n => n.Key.StartsWith("collector", StringComparison.Ordinal)).Select(n => n.Value["volumes"].Texts.Single(v => v.EndsWith(":/data", StringComparison.Ordinal)));
        Assert.Equal(2, spools.Distinct().Count());
    }

    [Fact]
    public void Engines_EachHaveAnInstanceOfTheirOwn()
    {
        var instances = Nodes.Where(n => n.Key.StartsWith("engine", StringComparison.Ordinal)).Select(n => n.Value["command"].Texts.SkipWhile(t => t != "--kafka-instance").ElementAt(1));
        Assert.Equal(["engine-1", "engine-2"], instances.Order());
    }

    [Fact]
    public void Gateway_KnowsEveryNode()
    {
        var config = DeployFiles.Read("gateway/nginx.conf");
        var upstreams = Upstream().Matches(config).Select(m => m.Groups[1].Value).Distinct().Order();
        Assert.Equal(Nodes.Select(n => n.Key).Order(), upstreams);
    }

    [Fact]
    public void Ports_AreOfThisMachineOnly() =>
        Assert.All(Services.Values.SelectMany(s => s["ports"].Texts), port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));

    [GeneratedRegex("PASSWORD|SECRET|TOKEN|CREDENTIAL", RegexOptions.IgnoreCase)]
    private static partial Regex Secretive();

    [GeneratedRegex(@"^\s+server ([a-z0-9-]+):8080", RegexOptions.Multiline)]
    private static partial Regex Upstream();
}
