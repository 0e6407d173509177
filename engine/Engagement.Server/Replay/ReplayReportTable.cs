using System.Globalization;
using Spectre.Console;

namespace Engagement.Server.Replay;

/// <summary>A report as a table on a terminal.</summary>
public static class ReplayReportTable
{
    public static void Write(IAnsiConsole console, ReplayReport report)
    {
        var table = new Table { Border = TableBorder.Minimal, ShowHeaders = false };
        table.AddColumn("what").AddColumn("how many");
        void Row(string name, string value) => table.AddRow(Markup.Escape(name), Markup.Escape(value));

        Row("sent", Count(report.Sent));
        Row("accepted", Count(report.Accepted));
        Row("rejected", Count(report.Rejected));
        Row("rows unreadable", Count(report.Unreadable));
        Row("events in the log", Count(report.Events));
        Row("records by outcome", Join(report.Records));
        Row("visitors", Count(report.Visitors));
        Row("sessions", $"{Count(report.Sessions)} ({Join(report.SessionsByState)})");
        Row("decisions", $"{Count(report.Decisions)}, of them {Count(report.DecisionsByTimer)} by timer");
        Row("  by state", Join(report.DecisionsByState));
        Row("  by blocker", Join(report.DecisionsByBlocker));
        Row("outcomes", $"{Count(report.Outcomes)} sessions ended; offer {Join(report.OutcomesByOffer)}");
        Row("offers", $"{Count(report.Offers)}, of them twice {Count(report.OffersTwice)}");
        Row("cards", Count(report.Cards));
        Row("taken", string.Create(CultureInfo.InvariantCulture, $"{report.SecondsTaken:0.00} s, {report.EventsPerSecond:0} events/s until decided"));
        Row("request ms", string.Create(CultureInfo.InvariantCulture, $"p50 {report.RequestMsP50:0.0}, p95 {report.RequestMsP95:0.0}, p99 {report.RequestMsP99:0.0}, max {report.RequestMsMax:0.0}"));
        console.Write(table);
    }

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Join<T>(IReadOnlyDictionary<string, T> counts) where T : IFormattable =>
        counts.Count == 0 ? "none" : string.Join(", ", counts.Select(c => $"{c.Key} {c.Value.ToString("N0", CultureInfo.InvariantCulture)}"));
}
