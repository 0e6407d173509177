using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Engagement.Core;
using Engagement.Engine.Sites;
using Engagement.Server.Hosting;
using Engagement.Server.Replay;
using Spectre.Console;

namespace Engagement.Server.Commands;

/// <summary><c>replay</c>: recorded events through the collector, as they came or flat out, and what became of them.</summary>
public static class ReplayCommand
{
    public static Command Create()
    {
        var rees46 = new Option<FileInfo?>("--rees46") { Description = "An export of the REES46 store: CSV, plain or gzip" };
        var events = new Option<FileInfo?>("--events") { Description = "Canonical events, one JSON object a line, plain or gzip" };
        var url = new Option<string?>("--url") { Description = "The server to send to; default: one of its own in a temporary directory" };
        url.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && !IsHttp(text)) result.AddError("--url: allowed: an http or https address, such as http://127.0.0.1:5080");
        });
        var nodes = new Option<string[]>("--node") { Description = "Another node of the same cluster that decides; may be repeated", DefaultValueFactory = _ => [] };
        nodes.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string[]>()?.All(IsHttp) == false) result.AddError("--node: allowed: an http or https address, such as http://127.0.0.1:5081");
        });
        var key = new Option<string>("--key") { Description = "Key of role replay", DefaultValueFactory = _ => DemoKeys.Replay };
        var apiKey = new Option<string>("--api-key") { Description = "Key of role api, for the counters", DefaultValueFactory = _ => DemoKeys.ReplayApi };
        var agentKey = new Option<string>("--agent-key") { Description = "Key of role agent, for agents at hand", DefaultValueFactory = _ => DemoKeys.ReplayAgent };
        var speed = new Option<string>("--speed") { Description = "Times as fast as recorded, such as 10, or max", DefaultValueFactory = _ => "max" };
        speed.Validators.Add(result =>
        {
            if (!TrySpeed(result.GetValueOrDefault<string>(), out _)) result.AddError("--speed: allowed: a number above 0, or max");
        });
        var batch = new Option<int>("--batch") { Description = "Events in one request", DefaultValueFactory = _ => 50 };
        batch.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > Limits.RequestEventsMax) result.AddError($"--batch: allowed: 1 to {Limits.RequestEventsMax}");
        });
        var resume = new Option<FileInfo?>("--resume") { Description = "Keeps the place here, and goes on from it" };
        var decisions = new Option<FileInfo?>("--decisions-out") { Description = "Writes every visitor's decisions here, in an order that two runs share" };
        var report = new Option<FileInfo?>("--report") { Description = "Writes the counts here as JSON" };
        var command = new Command("replay", "Sends recorded events through the collector and counts what became of them")
        {
            rees46, events, url, nodes, key, apiKey, agentKey, speed, batch, resume, decisions, report,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(rees46) is null == result.GetValue(events) is null) result.AddError("One of --rees46 FILE and --events FILE is needed.");
        });
        command.SetAction((result, cancellation) => RunAsync(
            new ReplayOptions
            {
                Rees46File = result.GetValue(rees46)?.FullName,
                EventsFile = result.GetValue(events)?.FullName,
                Url = result.GetValue(url) is { } address ? new Uri(address) : null,
                OtherNodes = [.. (result.GetValue(nodes) ?? []).Select(n => new Uri(n))],
                Key = result.GetRequiredValue(key),
                ApiKey = result.GetRequiredValue(apiKey),
                AgentKey = result.GetRequiredValue(agentKey),
                Speed = TrySpeed(result.GetRequiredValue(speed), out var times) ? times : null,
                Batch = result.GetRequiredValue(batch),
                ResumeFile = result.GetValue(resume)?.FullName,
                DecisionsFile = result.GetValue(decisions)?.FullName,
                ReportFile = result.GetValue(report)?.FullName,
            },
            AnsiConsole.Console, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ReplayOptions options, IAnsiConsole console, CancellationToken cancellation)
    {
        try
        {
            var recording = Read(options);
            console.MarkupLineInterpolated($"{recording.Events.Count} events read, {recording.Unreadable} rows unreadable");
            if (recording.Events.Count == 0) return ExitCodes.Failed;
            await using var own = options.Url is null ? await ReplayServer.StartAsync(cancellation) : null;
            var report = await RunAsync(options, options.Url ?? own!.Url, recording, console, cancellation);
            Write(options, report);
            ReplayReportTable.Write(console, report);
            return report.Rejected == 0 && report.OffersTwice == 0 ? ExitCodes.Ok : ExitCodes.Failed;
        }
        catch (Exception exception) when (exception is ReplayException or IOException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return ExitCodes.Failed;
        }
    }

    private static Recording Read(ReplayOptions options)
    {
        using var reader = Recording.Open(options.Rees46File ?? options.EventsFile!);
        return options.Rees46File is not null ? Rees46Reader.Read(reader) : RecordedEventReader.Read(reader);
    }

    private static async Task<ReplayReport> RunAsync(ReplayOptions options, Uri url, Recording recording, IAnsiConsole console, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(30) };
        var service = new ReplayService(new ReplayClient(http, options, TimeProvider.System), options, TimeProvider.System);
        ReplayReport? report = null;
        await console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .StartAsync(async context =>
            {
                var task = context.AddTask("Replaying", maxValue: recording.Events.Count);
                report = await service.RunAsync(recording, behind => task.Value = behind, cancellation);
            });
        return report!;
    }

    private static void Write(ReplayOptions options, ReplayReport report)
    {
        if (options.DecisionsFile is { } decisions) File.WriteAllText(decisions, report.Canonical);
        if (options.ReportFile is { } file) File.WriteAllBytes(file, JsonSerializer.SerializeToUtf8Bytes(report, ReplayJson.Default.ReplayReport));
    }

    private static bool IsHttp(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";

    private static bool TrySpeed(string? text, out double? times)
    {
        times = null;
        if (text == "max") return true;
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || number is not (> 0 and < 1e9)) return false;
        times = number;
        return true;
    }
}
