using System.CommandLine;
using Engagement.Engine.Stream.Kafka;
using Engagement.Server.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Engagement.Server.Commands;

/// <summary><c>topics check</c> and <c>topics create</c>: Kafka's topics against <c>deploy/topics.yaml</c>.</summary>
public static class TopicsCommand
{
    public static Command Create() => new("topics", "Compares Kafka's topics with the plan, or makes them")
    {
        Verb("check", "Says of every topic whether it is as it must be, and what is not", create: false),
        Verb("create", "Makes the topics that are missing, then checks all; changes none that is there", create: true),
    };

    private static Command Verb(string name, string description, bool create)
    {
        var kafka = new Option<string>("--kafka") { Description = "Brokers to ask first: host:port, with commas between", Required = true };
        var properties = new Option<string[]>("--kafka-property") { Description = "Property of librdkafka, such as security.protocol=SSL; may be repeated; no secrets", DefaultValueFactory = _ => [] };
        var file = new Option<FileInfo?>("--kafka-properties") { Description = "A file of such properties, one a line, # for comments: the place for secrets" };
        var version = new Option<string?>("--broker-version") { Description = "Version of brokers before 0.10, which cannot say it themselves" };
        var plan = new Option<FileInfo>("--topics") { Description = "The plan; default: as it lies beside the program", DefaultValueFactory = _ => new FileInfo(TopicCheckService.PlanFile) };
        var replication = new Option<int?>("--replication") { Description = "Copies of each record, where fewer brokers are there than the plan wants" };
        var command = new Command(name, description) { kafka, properties, file, version, plan, replication };
        command.SetAction(async (result, cancellation) =>
        {
            var error = result.InvocationConfiguration.Error;
            var reader = new ClusterReader(Environment.GetEnvironmentVariable);
            var given = reader.ReadProperties(new ClusterArguments { KafkaProperty = result.GetRequiredValue(properties), KafkaPropertiesFile = result.GetValue(file)?.FullName });
            foreach (var fault in reader.Errors) await error.WriteLineAsync(fault);
            if (reader.Errors.Count > 0) return ExitCodes.BadConfiguration;
            try
            {
                var plans = TopicPlanReader.Read(result.GetRequiredValue(plan).FullName);
                if (result.GetValue(replication) is { } copies) plans = [.. plans.Select(p => p.WithReplication(copies))];
                var options = new KafkaOptions
                {
                    BootstrapServers = result.GetRequiredValue(kafka),
                    BrokerVersion = result.GetValue(version),
                    Partitions = plans[0].Partitions,
                    Properties = given,
                };
                var errors = options.Validate();
                foreach (var wrong in errors) await error.WriteLineAsync(wrong);
                if (errors.Count > 0) return ExitCodes.BadConfiguration;
                using var setup = new TopicSetup(options, NullLogger.Instance);
                var findings = await (create ? setup.CreateAsync(plans, cancellation) : setup.CheckAsync(plans, cancellation));
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
}
