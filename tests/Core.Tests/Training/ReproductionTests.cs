using System.Xml.Linq;
using Engagement.Training;
using Engagement.Training.Evaluation;
using Engagement.Training.Report.Charts;
using Engagement.Training.Studies;

namespace Core.Tests.Training;

public sealed class ReproductionTests : IDisposable
{
    private const string Markers = "# Models\n\nBefore.\n\n<!-- figures: begin, written by `reproduce` -->\nold\n<!-- figures: end -->\n\nAfter.\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("engagement-reproduction-");
    public void Dispose() => _folder.Delete(recursive: true);

    // Measures a made-up model on made-up rows.
    private sealed class TinyStudy(string name, string text = "plain", double value = 0.7) : IStudy
    {
        public string Name => name;

        public void Run(StudyContext context)
        {
            var random = new Random((int)context.Seed);
            float[] scores = [.. Enumerable.Range(0, 200).Select(_ => random.NextSingle())];
            bool[] labels = [.. scores.Select(score => random.NextSingle() < score)];
            var auc = new Ranking(scores, labels).Areas([.. scores.Select((_, i) => $"u{i / 3}")], context.Seed).RocAuc;
            context.Progress(1);
            context.Write($"{name}/evaluation.json", FormattableString.Invariant($"{auc.Value:R} {auc.Low:R} {auc.High:R}\n"));
        }

        public StudySection? Section(StudyContext context)
        {
            if (context.TryRead($"{name}/evaluation.json") is null) return null;
            FigureRow[] rows =
            [
                new(text, value, 0.6, 0.8, 0.75, 0.5, "dotnet run -- " + text) { Why = value < 0.75 ? text : null },
                new("time", 3, double.NaN, double.NaN, 5, double.NaN, "time it") { LowerIsBetter = true, Digits = 0 },
                new("broken", double.NaN, double.NaN, double.NaN, 0.5, double.NaN, "time it"),
            ];
            return new StudySection(text, [text], [new FigureTable(text, rows)], [new ChartSpec(text, "x", "y", [new ChartSeries("a", ChartMark.Line, [new(0, 1), new(1, 2)])])]);
        }
    }

    private StudyContext Context(string models, long seed = 7) => new("nowhere", Path.Combine(_folder.FullName, models), seed, "2026-11-30");

    private Dictionary<string, string> Files(string models) => Directory.EnumerateFiles(Path.Combine(_folder.FullName, models), "*", SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetRelativePath(Path.Combine(_folder.FullName, models), file), file => Convert.ToHexString(File.ReadAllBytes(file)));

    [Fact]
    public void Run_Twice_WritesTheSameBytes_AndSaysSo()
    {
        foreach (var models in new[] { "a", "b" })
        {
            Directory.CreateDirectory(Path.Combine(_folder.FullName, models));
            File.WriteAllText(Path.Combine(_folder.FullName, models, "README.md"), Markers);
            new Reproduction([new TinyStudy("one"), new TinyStudy("two")], Context(models)).Run([]);
        }
        Assert.Equal(Files("a"), Files("b"));
        Assert.Equal(6, Files("a").Count);

        var again = Context("a");
        new Reproduction([new TinyStudy("one"), new TinyStudy("two")], again).Run([]);
        Assert.All(again.Written, file => Assert.Equal(FileChange.Same, file.Change));
        var other = Context("a", seed: 8);
        new Reproduction([new TinyStudy("one"), new TinyStudy("two")], other).Run([]);
        Assert.Contains(("one/evaluation.json", FileChange.Changed), other.Written);
    }

    [Fact]
    public void Run_OnlyOne_KeepsTheOthersFigures_AndLeavesOutWhatNeverRan()
    {
        IStudy[] studies = [new TinyStudy("one", "first"), new TinyStudy("two", "second"), new TinyStudy("three", "third")];
        new Reproduction(studies, Context("a")).Run(["one"]);
        var context = Context("a");
        new Reproduction(studies, context).Run(["two"]);
        Assert.DoesNotContain(context.Written, file => file.File == "one/evaluation.json");
        var html = File.ReadAllText(Path.Combine(_folder.FullName, "a", "report", "index.html"));
        Assert.Contains("first", html, StringComparison.Ordinal);
        Assert.Contains("second", html, StringComparison.Ordinal);
        Assert.DoesNotContain("third", html, StringComparison.Ordinal);
        Assert.Contains("one, two, three", Assert.Throws<TrainingException>(() => new Reproduction(studies, Context("a")).Run(["four"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_Readme_ChangesOnlyBetweenItsMarkers()
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "a"));
        var readme = Path.Combine(_folder.FullName, "a", "README.md");
        File.WriteAllText(readme, Markers);
        new Reproduction([new TinyStudy("one", "a | b <i>")], Context("a")).Run([]);
        var text = File.ReadAllText(readme);
        Assert.StartsWith("# Models\n\nBefore.\n", text, StringComparison.Ordinal);
        Assert.EndsWith("<!-- figures: end -->\n\nAfter.\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("old", text, StringComparison.Ordinal);
        Assert.Contains("| a \\| b &lt;i> | 0.700 (0.600 to 0.800) | ≥ 0.750 | 0.500 | missed |", text, StringComparison.Ordinal);
        Assert.Contains("| time | 3 | ≤ 5 |  | reached |", text, StringComparison.Ordinal);
        Assert.Contains("| broken | not measured | ≥ 0.500 |  | missed |", text, StringComparison.Ordinal);
        Assert.Contains("- broken: No reason is stated.", text, StringComparison.Ordinal);

        File.WriteAllText(readme, "# Models\n");
        Assert.Throws<TrainingException>(() => new Reproduction([new TinyStudy("one")], Context("a")).Report());
    }

    [Fact]
    public void Report_HostileText_StaysTextOnThePage()
    {
        new Reproduction([new TinyStudy("one", "<script>alert(1)</script>\" onerror=\"x")], Context("a")).Run([]);
        var html = File.ReadAllText(Path.Combine(_folder.FullName, "a", "report", "index.html"));
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("\" onerror", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http", html.Replace("http-equiv", "", StringComparison.Ordinal), StringComparison.Ordinal);
        XDocument.Parse(File.ReadAllText(Path.Combine(_folder.FullName, "a", "report", "one-1.svg")));
    }

    [Fact]
    public void IsReached_AsShown_ComparesRoundedValues()
    {
        var row = new FigureRow("auc", 0.7496, double.NaN, double.NaN, 0.75, double.NaN, "");
        Assert.True(row.IsReached);
        Assert.False((row with { Value = 0.7494 }).IsReached);
        Assert.False((row with { LowerIsBetter = true, Value = 0.76 }).IsReached);
        Assert.Null((row with { Goal = double.NaN }).IsReached);
        Assert.False((row with { Value = double.NaN }).IsReached);
    }

    [Fact]
    public void Data_FileThatIsNotThere_SaysWhere() =>
        Assert.Contains("nowhere", Assert.Throws<TrainingException>(() => Context("a").Data("events.csv")).Message, StringComparison.Ordinal);
}
