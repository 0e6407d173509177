using System.CommandLine;
using System.Text;
using Engagement.Core;
using Engagement.Core.Gaps;
using Engagement.Core.Sites;
using Engagement.Engine.Gaps;
using Engagement.Engine.Sites;
using Engagement.Engine.Stream.Embedded;
using Engagement.Server.Hosting;

namespace Engagement.Server.Commands;

/// <summary>
/// <c>gaps</c>: the gap report of a help centre from the embedded log, as JSON, CSV and a page. The server must not run meanwhile: it owns the file; a running
/// one, and a cluster, answer <c>GET /v1/gaps</c>.
/// </summary>
public static class GapsCommand
{
    public static Command Create()
    {
        var site = new Option<string>("--site") { Required = true, Description = "Id of the site" };
        var days = new Option<int>("--days") { Description = "How far to look back; the log keeps seven days unless the site says otherwise", DefaultValueFactory = _ => GapLogReader.DaysDefault };
        days.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > GapLogReader.DaysMax) result.AddError($"--days: a whole number from 1 to {GapLogReader.DaysMax}");
        });
        var data = new Option<DirectoryInfo>("--data") { Description = "Directory of the log and the store", DefaultValueFactory = _ => new DirectoryInfo(".data") };
        var config = new Option<DirectoryInfo>("--config") { Description = "Directory of site files", DefaultValueFactory = _ => new DirectoryInfo(ServeCommand.DefaultConfig) };
        var demo = new Option<bool>("--demo") { Description = "The demo's sites instead of --config" };
        var output = new Option<DirectoryInfo>("--out") { Description = "Directory for gaps.json, gaps.csv and gaps.html", DefaultValueFactory = _ => new DirectoryInfo("gaps") };
        var command = new Command("gaps", "Writes what a help centre does not answer: questions asked in vain, from five visitors up") { site, days, data, config, demo, output };
        command.SetAction((result, cancellation) =>
        {
            var folder = result.GetRequiredValue(data).FullName;
            // The demo's secrets are made where there is a log to read, not in whatever folder was mistyped.
            var sites = result.GetValue(demo) && File.Exists(EmbeddedStorage.DatabaseOf(folder)) ? DemoSites.Prepare(folder) : new SiteDirectory(result.GetRequiredValue(config).FullName);
            return RunAsync(
                result.GetRequiredValue(site), result.GetValue(days), folder, sites, result.GetRequiredValue(output).FullName,
                result.InvocationConfiguration.Output, result.InvocationConfiguration.Error, cancellation);
        });
        return command;
    }

    /// <summary>2 where there is no such log or site, 1 where it cannot be read.</summary>
    internal static async Task<int> RunAsync(
        string siteId, int days, string data, SiteDirectory config, string output, TextWriter said, TextWriter error, CancellationToken cancellation)
    {
        var file = EmbeddedStorage.DatabaseOf(data);
        var reading = new SiteDirectoryReader(new SiteOptions { Directories = [config], AllowDemoKeys = true }).Read();
        foreach (var wrong in reading.Errors) await error.WriteLineAsync(wrong.ToString());
        if (!File.Exists(file) || reading.Catalog.Find(siteId) is not { } site)
        {
            await error.WriteLineAsync(File.Exists(file) ? $"There is no valid site {siteId} in {config.Path}" : $"There is no log at {file}");
            return ExitCodes.BadConfiguration;
        }
        try
        {
            var report = await ReadAsync(file, site, days, cancellation);
            Write(report, output);
            await said.WriteLineAsync($"{report.Questions.Length} questions asked in vain, {report.QuestionsHeldBack} held back, of {report.Sessions} sessions: {Path.Combine(output, "gaps.html")}");
            return ExitCodes.Ok;
        }
        catch (IOException exception)
        {
            await error.WriteLineAsync(exception.Message);
            return ExitCodes.Failed;
        }
    }

    private static async Task<GapReport> ReadAsync(string file, SiteModel site, int days, CancellationToken cancellation)
    {
        await using var database = EmbeddedDatabase.Open(file, TimeProvider.System);
        await using var log = new EmbeddedEventLog(database);
        return await GapLogReader.ReadAsync(log, site, days, Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()), cancellation);
    }

    private static void Write(GapReport report, string output)
    {
        Directory.CreateDirectory(output);
        File.WriteAllBytes(Path.Combine(output, "gaps.json"), report.ToJson());
        File.WriteAllText(Path.Combine(output, "gaps.csv"), GapCsvWriter.Write(report), new UTF8Encoding(false));
        File.WriteAllText(Path.Combine(output, "gaps.html"), GapPageWriter.Write(report), new UTF8Encoding(false));
    }
}
