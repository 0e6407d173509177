using System.Text.Json;

namespace Engagement.Testing;

/// <summary>
/// <c>collectors/DIALECTS.md</c>: which events of which vendor's client, in which version, arrived in a test. Each test of a client says what it saw and
/// holds the file to it; with <c>ENGAGEMENT_WRITE_DIALECTS=1</c> it writes its line instead.
/// </summary>
internal static class DialectTable
{
    private const string Begin = "| dialect | client | version | in |";

    private static readonly string[] s_types =
    [
        "page_viewed", "product_list_viewed", "product_viewed", "search_performed", "product_added", "cart_viewed", "checkout_started", "order_completed",
        "article_rated", "heartbeat", "custom",
    ];

    private static string Path { get; } = Repository.PathOf("collectors", "DIALECTS.md");

    /// <param name="package">As npm names it; its version is read from what is installed.</param>
    /// <param name="place">Where it ran: Node.js or Chromium.</param>
    /// <param name="types">Of the canonical events that arrived and whose fields the test has compared.</param>
    public static void Saw(string dialect, string package, string place, IEnumerable<string> types)
    {
        var seen = types.ToHashSet();
        if (!seen.IsSubsetOf(s_types)) throw new InvalidOperationException($"No column for {string.Join(", ", seen.Except(s_types))}.");
        var row = $"{KeyOf(dialect, package, place)} {string.Join(" | ", s_types.Select(t => seen.Contains(t) ? "yes" : "–"))} |";
        if (Environment.GetEnvironmentVariable("ENGAGEMENT_WRITE_DIALECTS") == "1") Write(dialect, package, place, row);
        else if (!File.ReadLines(Path).Contains(row)) throw new InvalidOperationException($"{Path} does not have this line (ENGAGEMENT_WRITE_DIALECTS=1 writes it):{Environment.NewLine}{row}");
    }

    /// <summary>The table's lines: package and version.</summary>
    public static IEnumerable<(string Package, string Version)> Clients() =>
        File.ReadLines(Path).Where(IsRow).Select(line => line.Split('|', StringSplitOptions.TrimEntries)).Select(cells => (cells[2].Trim('`'), cells[3]));

    public static string VersionOf(string package)
    {
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(System.IO.Path.Combine([VendorClients.Folder, "node_modules", .. package.Split('/'), "package.json"])));
        return manifest.RootElement.GetProperty("version").GetString()!;
    }

    private static string KeyOf(string dialect, string package, string place) => $"| {dialect} | `{package}` | {VersionOf(package)} | {place} |";

    private static bool IsRow(string line) => line.StartsWith("| ", StringComparison.Ordinal) && line.Contains('`', StringComparison.Ordinal);

    /// <summary>In place of the client's line, or among the others by name. Tests of two projects never run at a time; those of one may.</summary>
    private static void Write(string dialect, string package, string place, string row)
    {
        lock (s_types)
        {
            var lines = File.ReadAllLines(Path).ToList();
            var head = lines.FindIndex(line => line.StartsWith(Begin, StringComparison.Ordinal));
            lines[head] = $"{Begin} {string.Join(" | ", s_types)} |";
            lines[head + 1] = string.Concat(Enumerable.Repeat("|---", s_types.Length + 4)) + "|";
            var rows = lines.Skip(head + 2).TakeWhile(IsRow).ToList();
            lines.RemoveRange(head + 2, rows.Count);
            rows.RemoveAll(line => line.StartsWith($"| {dialect} | `{package}` |", StringComparison.Ordinal) && line.Contains($"| {place} |", StringComparison.Ordinal));
            rows.Add(row);
            lines.InsertRange(head + 2, rows.Order(StringComparer.Ordinal));
            File.WriteAllLines(Path, lines);
        }
    }
}
