using System.Collections.Immutable;
using System.CommandLine;
using Engagement.Engine.Stream.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace Engagement.Server.Commands;

/// <summary><c>topics check</c> and <c>topics create</c>: Kafka's topics against <c>deploy/topics.yaml</c>.</summary>
public static class TopicsCommand
{
    private const string DefaultFile = "deploy/topics.yaml";

    public static Command Create() => new("topics", "Compares Kafka's topics with the plan, or makes them")
    {
        Verb("check", "Says of every topic whether it is as it must be, and what is not", create: false),
        Verb("create", "Makes the topics that are missing, then checks all; changes none that is there", create: true),
    };

    private static Command Verb(string name, string description, bool create)
    {
        var kafka = new Option<string>("--kafka") { Description = "Brokers to ask first: host:port, with commas between", Required = true };
        var properties = new Option<string[]>("--kafka-property") { Description = "Property of librdkafka, such as security.protocol=SSL; may be repeated" };
        var version = new Option<string?>("--broker-version") { Description = "Version of brokers before 0.10, which cannot say it themselves" };
        var file = new Option<FileInfo>("--topics") { Description = "The plan", DefaultValueFactory = _ => new FileInfo(DefaultFile) };
        var replication = new Option<int?>("--replication") { Description = "Copies of each record, where fewer brokers are there than the plan wants" };
        var command = new Command(name, description) { kafka, properties, version, file, replication };
        command.SetAction(async (result, _) =>
        {
            var error = result.InvocationConfiguration.Error;
            try
            {
                var plans = TopicPlanReader.Read(result.GetRequiredValue(file).FullName);
                if (result.GetValue(replication) is { } copies) plans = [.. plans.Select(plan => plan.WithReplication(copies))];
                var options = new KafkaOptions
                {
                    BootstrapServers = result.GetRequiredValue(kafka),
                    BrokerVersion = result.GetValue(version),
                    Partitions = plans[0].Partitions,
                    Properties = ReadProperties(result.GetValue(properties) ?? []),
                };
                var errors = options.Validate();
                foreach (var wrong in errors) await error.WriteLineAsync(wrong);
                if (errors.Count > 0) return ExitCodes.BadConfiguration;
                using var setup = new TopicSetup(options, NullLogger.Instance);
                var findings = await (create ? setup.CreateAsync(plans) : setup.CheckAsync(plans));
                return Report(findings, result.InvocationConfiguration.Output);
            }
            catch (Exception e) when (e is ArgumentException or InvalidDataException or FileNotFoundException or DirectoryNotFoundException)
            {
                await error.WriteLineAsync(e.Message);
                return ExitCodes.BadConfiguration;
            }
            catch (IOException e)
            {
                await error.WriteLineAsync(e.Message);
                return ExitCodes.Failed;
            }
        });
        return command;
    }

    /// <summary>One line a topic and one a fault; 1 when there is any.</summary>
    public static int Report(IReadOnlyList<TopicFinding> findings, TextWriter output)
    {
        foreach (var finding in findings)
        {
            var plan = finding.Plan;
            if (finding.Faults.Count == 0)
            {
                var rest = finding.SettingsUnknown
                    ? "; its retention is not known: this broker does not tell it"
                    : $", kept for {plan.Retention.TotalHours} h";
                output.WriteLine($"{plan.Name}: {(finding.Created ? "made" : "as it should be")}: {plan.Partitions} partitions, replication {plan.Replication}{rest}");
            }
            foreach (var fault in finding.Faults) output.WriteLine($"{plan.Name}: {fault}");
        }
        return findings.All(finding => finding.Faults.Count == 0) ? ExitCodes.Ok : ExitCodes.Failed;
    }

    /// <summary><c>name=value</c> each; throws <see cref="ArgumentException"/> for what is not.</summary>
    public static ImmutableDictionary<string, string> ReadProperties(IReadOnlyList<string> properties)
    {
        var read = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var property in properties)
        {
            var equals = property.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1) throw new ArgumentException($"--kafka-property is '{property}'; allowed: name=value");
            read[property[..equals]] = property[(equals + 1)..];
        }
        return read.ToImmutable();
    }
}
