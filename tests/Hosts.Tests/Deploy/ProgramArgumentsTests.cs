using System.CommandLine;
using System.Reflection;
using System.Text.RegularExpressions;
using Engagement.Engine.Stream.Kafka;
using Engagement.Server.Commands;
using Engagement.Server.Hosting;

namespace Hosts.Tests.Deploy;

/// <summary>What compose file and manifests give the program, it takes: verbs, options, roles, environment.</summary>
public sealed partial class ProgramArgumentsTests
{
    private static readonly HashSet<string> VariablesTaken =
    [
        ClusterReader.RedisPasswordVariable, ClusterReader.RedisPasswordFileVariable, Telemetry.EndpointVariable,
        // OpenTelemetry's own.
        "OTEL_RESOURCE_ATTRIBUTES",
    ];

    public static TheoryData<string, string[]> Commands()
    {
        var data = new TheoryData<string, string[]>();
        foreach (var (name, service) in DeployFiles.Services.Where(s => s.Value["image"].Text.StartsWith("engagement:", StringComparison.Ordinal)))
        {
            data.Add($"compose {name}", [.. service["command"].Texts]);
            if (service["healthcheck"]["test"].Exists) data.Add($"compose {name} health", [.. service["healthcheck"]["test"].Texts.Skip(2)]);
        }
        var literals = KubernetesTests.Literals().Select(l => l.Split('=', 2)).ToDictionary(l => l[0], l => l[1]);
        foreach (var container in Containers())
        {
            var own = container["env"].Items.ToDictionary(e => e["name"].Text, e => e["value"].Text);
            data.Add($"kubernetes {container["name"].Text}",
                [.. container["args"].Texts.Select(a => Variable().Replace(a, m => literals.GetValueOrDefault(m.Groups[1].Value) ?? (own.ContainsKey(m.Groups[1].Value) ? "pod-0" : m.Value)))]);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Arguments_AreOnesThatTheProgramTakes(string container, string[] arguments)
    {
        Assert.True(arguments.Length > 0, container);
        Assert.DoesNotContain(arguments, a => a.Contains("$(", StringComparison.Ordinal));
        Assert.Empty(CommandLine.Create().Parse(arguments).Errors.Select(e => e.Message));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Cluster_OfEveryNode_IsWhole(string container, string[] arguments)
    {
        if (arguments[0] != "serve") return;
        var options = arguments.SelectMany(a => a.Split('=', 2)).ToList();
        foreach (var needed in new[] { "--role", "--kafka", "--redis", "--config", "--data", "--port" }) Assert.True(options.Contains(needed), $"{container} has no {needed}");
        Assert.Equal("8080", options[options.IndexOf("--port") + 1]);
        Assert.Equal(options[options.IndexOf("--role") + 1] == "engine", options.Contains("--kafka-instance"));
    }

    [Fact]
    public void Arguments_UnknownOrMisspelt_AreRefused()
    {
        Assert.NotEmpty(CommandLine.Create().Parse(["serve", "--role", "worker"]).Errors);
        Assert.NotEmpty(CommandLine.Create().Parse(["serve", "--kafka-instances", "a"]).Errors);
        Assert.NotEmpty(CommandLine.Create().Parse(["topics", "create"]).Errors);
    }

    [Fact]
    public void Environment_IsWhatTheProgramReads()
    {
        var given = DeployFiles.Services.Values.Where(s => s["image"].Text.StartsWith("engagement:", StringComparison.Ordinal)).SelectMany(s => s["environment"].Members).Select(m => m.Key)
            .Concat(Containers().SelectMany(c => c["env"].Items).Select(e => e["name"].Text))
            .Concat(KubernetesTests.Literals().Select(l => l.Split('=')[0]))
            .ToHashSet();
        // Only the manifests' own arguments speak of these.
        given.ExceptWith(["POD_NAME", "KAFKA_BOOTSTRAP_SERVERS", "REDIS_CONFIGURATION"]);
        Assert.Subset(VariablesTaken, given);
    }

    [Fact]
    public void Runbook_NamesOnlyVerbsAndOptionsThatThereAre()
    {
        var root = CommandLine.Create();
        var runbook = DeployFiles.Read("RUNBOOK.md");
        foreach (var command in Verb().Matches(runbook).Select(m => m.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            Command at = root;
            foreach (var word in command.TakeWhile(w => char.IsAsciiLetter(w[0])).TakeWhile(_ => at.Subcommands.Count > 0))
                at = at.Subcommands.SingleOrDefault(c => c.Name == word) ?? throw new Xunit.Sdk.XunitException($"the runbook says «engagement {string.Join(' ', command)}»: no verb {word}");
            foreach (var option in command.Select(w => w.Trim('[', ']')).Where(w => w.StartsWith("--", StringComparison.Ordinal)))
                Assert.Contains(option, at.Options.Select(o => o.Name));
        }
    }

    [Fact]
    public void Engines_AreNeverMoreThanPartitions()
    {
        var plans = TopicPlanReader.Read(Path.Combine(AppContext.BaseDirectory, "topics.yaml"));
        var most = int.Parse(Assert.Single(DeployFiles.OfKind("ScaledObject"))["spec"]["maxReplicaCount"].Text, System.Globalization.CultureInfo.InvariantCulture);
        Assert.All(plans, plan => Assert.True(most <= plan.Partitions));
        Assert.Equal(typeof(Engagement.Core.Contracts.Topics).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!).Order(), plans.Select(p => p.Name).Order());
    }

    private static IEnumerable<Yaml> Containers() =>
        DeployFiles.OfKind("StatefulSet").Concat(DeployFiles.OfKind("Job")).SelectMany(w => w["spec"]["template"]["spec"]["containers"].Items);

    [GeneratedRegex(@"\$\(([A-Z_]+)\)")]
    private static partial Regex Variable();

    [GeneratedRegex(@"`engagement ([a-z][^`]*)`")]
    private static partial Regex Verb();
}
