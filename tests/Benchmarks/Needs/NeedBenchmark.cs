using System.Diagnostics;
using System.Globalization;
using Engagement.Core.Cards;
using Engagement.Core.Needs;
using Engagement.Core.Sites;

namespace Benchmarks.Needs;

/// <summary>What reading a search costs, and finding it among a thousand titles: microseconds and bytes a query, the least of several rounds. Goal: 50 µs.</summary>
internal static class NeedBenchmark
{
    private const int Rounds = 15;
    private const int Times = 2_000;
    private const int Titles = 1_000;

    private static readonly string[] Queries =
    [
        "cancel order", "where is my refund, I have been waiting for two weeks already", "change delivery address", "pasword forgotten", "how can I pay",
        "do you deliver to the islands and what would that cost for a table", "invoice", "zebra crossing",
    ];

    public static int Run()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "models", "need", "need.json");
        var read = NeedModelReader.Read(File.ReadAllBytes(path));
        if (read.Model is not { } model) throw new InvalidDataException($"{path}: {read}");
        string[] verbs = ["Mending", "Ordering", "Returning", "Paying", "Cleaning", "Finding", "Changing", "Sending", "Choosing", "Storing"];
        string[] things = ["lamp", "table", "invoice", "parcel", "voucher", "address", "guarantee", "password", "order", "shelf"];
        string[] ways = ["at home", "abroad", "by post", "online", "in a shop", "without a receipt", "for a friend", "on a Sunday", "after a month", "in parts"];
        var index = new ArticleIndex([.. Enumerable.Range(0, Titles).Select(i => new SiteArticle($"a{i}", $"{verbs[i % 10]} a {things[i / 10 % 10]} {ways[i / 100]}", "/"))]);
        var scores = new float[Titles];
        Print($"classify ({model.Version}, {model.Topics.Length} topics)", query => model.Read(query));
        Print($"retrieve among {Titles} titles", query =>
        {
            Array.Clear(scores);
            index.Raise(query, scores);
        });
        return 0;
    }

    private static void Print(string what, Action<string> read)
    {
        var (least, bytes) = (double.MaxValue, long.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            var (before, from) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            for (var i = 0; i < Times; i++) read(Queries[i % Queries.Length]);
            least = Math.Min(least, Stopwatch.GetElapsedTime(from).TotalMicroseconds / Times);
            bytes = Math.Min(bytes, (GC.GetAllocatedBytesForCurrentThread() - before) / Times);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {least:F1} µs a query, {bytes} B"));
    }
}
