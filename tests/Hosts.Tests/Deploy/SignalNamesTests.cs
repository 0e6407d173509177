using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hosts.Tests.Deploy;

/// <summary>Dashboard, alerts and runbook speak of metrics that there are, and no metric is left out of sight.</summary>
public sealed partial class SignalNamesTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public void Dashboard_NamesOnlyMetricsThatThereAre()
    {
        var expressions = Expressions();
        Assert.NotEmpty(expressions);
        Assert.Empty(Metrics(string.Join('\n', expressions)).Except(server.PrometheusNames.Keys));
    }

    [Fact]
    public void Dashboard_ShowsEveryMetric()
    {
        var shown = Metrics(string.Join('\n', Expressions())).Select(n => server.PrometheusNames.GetValueOrDefault(n)).ToHashSet();
        Assert.Empty(server.Instruments.Keys.Except(shown));
    }

    [Fact]
    public void Dashboard_PanelsHaveAPlaceAndANameOfTheirOwn()
    {
        using var dashboard = JsonDocument.Parse(DeployFiles.Read("observability/dashboard.json"));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToList();
        Assert.Equal(panels.Count, panels.Select(p => p.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.Equal(panels.Count, panels.Select(p => p.GetProperty("title").GetString()).Distinct().Count());
        Assert.Equal(panels.Count, panels.Select(p => (p.GetProperty("gridPos").GetProperty("x").GetInt32(), p.GetProperty("gridPos").GetProperty("y").GetInt32())).Distinct().Count());
        Assert.All(panels.Select(p => p.GetProperty("gridPos")), g => Assert.True(g.GetProperty("x").GetInt32() + g.GetProperty("w").GetInt32() <= 24));
    }

    [Fact]
    public void Alerts_NameOnlyMetricsThatThereAre_AndARowOfTheRunbook()
    {
        var runbook = DeployFiles.Read("RUNBOOK.md");
        var rules = Yaml.Load(DeployFiles.Of("observability/alerts.yaml"))["groups"].Items.SelectMany(g => g["rules"].Items).ToList();
        Assert.NotEmpty(rules);
        Assert.Equal(rules.Count, rules.Select(r => r["alert"].Text).Distinct().Count());
        foreach (var rule in rules)
        {
            Assert.NotEmpty(Metrics(rule["expr"].Text));
            Assert.Empty(Metrics(rule["expr"].Text).Except(server.PrometheusNames.Keys));
            Assert.Contains(rule["labels"]["severity"].Text, new[] { "page", "ticket" });
            Assert.NotEmpty(rule["annotations"]["summary"].Text);
            foreach (var row in rule["annotations"]["runbook"].Text.Split(", "))
                Assert.True(runbook.Contains($"| {row}", StringComparison.OrdinalIgnoreCase), $"{rule["alert"].Text}: the runbook has no row «{row}»");
        }
    }

    [Fact]
    public void Runbook_NamesOnlyMetricsThatThereAre()
    {
        var named = Named().Matches(DeployFiles.Read("RUNBOOK.md")).Select(m => m.Groups[1].Value).ToHashSet();
        Assert.NotEmpty(named);
        string[] topics = ["engagement.events", "engagement.rejects", "engagement.decisions", "engagement.outcomes", "engagement.erasures", "engagement.notices"];
        Assert.Empty(named.Except(server.Instruments.Keys).Except(topics).Except(["engagement.db", "engagement.db.lock"]));
    }

    private static List<string> Expressions()
    {
        using var dashboard = JsonDocument.Parse(DeployFiles.Read("observability/dashboard.json"));
        return [.. dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .Where(p => p.TryGetProperty("targets", out _))
            .SelectMany(p => p.GetProperty("targets").EnumerateArray())
            .Select(t => t.GetProperty("expr").GetString()!)];
    }

    private static IEnumerable<string> Metrics(string expression) => Metric().Matches(expression).Select(m => m.Value).Distinct();

    [GeneratedRegex(@"\bengagement_[a-z_]+")]
    private static partial Regex Metric();

    [GeneratedRegex(@"`(engagement\.[a-z_.]+)`")]
    private static partial Regex Named();
}
