using System.CommandLine;
using System.Globalization;
using Engagement.Core;
using Engagement.Engine.Api;
using Engagement.Server.Hosting;

namespace Engagement.Server.Commands;

/// <summary>
/// <c>rejects list</c> and <c>rejects resend</c>: what a running server did not take, and sending it again once the mapping is mended. By the site's api key, which stands in
/// the environment or in a file.
/// </summary>
public static class RejectsCommand
{
    public const string KeyVariable = "ENGAGEMENT_API_KEY";
    public const string KeyFileVariable = "ENGAGEMENT_API_KEY_FILE";

    private const int ListMaxDefault = 50;

    public static Command Create() => Create(Environment.GetEnvironmentVariable);

    /// <param name="environment">Value of a variable; null: not set.</param>
    internal static Command Create(Func<string, string?> environment)
    {
        var most = new Option<int>("--max") { Description = "Rejects to show, newest first", DefaultValueFactory = _ => ListMaxDefault };
        most.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1_000_000) result.AddError("--max: a whole number from 1 to 1000000");
        });
        var dryRun = new Option<bool>("--dry-run") { Description = "Says what would be taken now, and what would be rejected again and why; sends nothing" };
        var list = new RejectArguments("list", "Shows rejects, one a line: received, code, field, dialect, and whether it can be sent again");
        list.Command.Add(most);
        list.Command.SetAction((result, cancellation) => list.RunAsync(
            result, environment, (client, filter, output) => ListAsync(client, filter, result.GetValue(most), output, cancellation), cancellation));
        var resend = new RejectArguments("resend", "Sends rejects through the present mapping, oldest first; each is taken once, as of the time when it came");
        resend.Command.Add(dryRun);
        resend.Command.SetAction((result, cancellation) => resend.RunAsync(
            result, environment, (client, filter, output) => ResendAsync(client, filter with { DryRun = result.GetValue(dryRun) }, output, cancellation), cancellation));
        return new Command("rejects", "Events that a running server did not take") { list.Command, resend.Command };
    }

    private static async Task ListAsync(RejectClient client, ResendBody filter, int most, TextWriter output, CancellationToken cancellation)
    {
        var (shown, before) = (0, (string?)null);
        do
        {
            var page = await client.ListAsync(filter, Math.Min(most - shown, Limits.ResendMax), before, cancellation);
            foreach (var reject in page.Rejects ?? [])
            {
                shown++;
                await output.WriteLineAsync(RejectText.LineOf(reject));
            }
            before = page.Next;
        }
        while (before is not null && shown < most);
        if (before is not null) await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"more than {shown}: --max shows more"));
    }

    private static async Task ResendAsync(RejectClient client, ResendBody filter, TextWriter output, CancellationToken cancellation)
    {
        var total = new ResendAnswer(filter.DryRun ?? false, 0, 0, 0, 0, [], [], [], null);
        do
        {
            total = RejectText.Add(total, await client.ResendAsync(filter with { After = total.Next }, cancellation));
        }
        while (total.Next is not null);
        foreach (var line in RejectText.LinesOf(total)) await output.WriteLineAsync(line);
    }
}
