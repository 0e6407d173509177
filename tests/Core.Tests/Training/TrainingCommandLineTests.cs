using System.Text.Json;
using Engagement.Testing;
using Engagement.Training;
using Engagement.Training.Evaluation;
using Engagement.Training.Own;

namespace Core.Tests.Training;

/// <summary>The verbs as they are typed: what cannot go on ends with 1 and one sentence on the error stream, without a stack.</summary>
[Collection(nameof(TrainingCommandLineTests))]
public sealed class TrainingCommandLineTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("engagement-verbs-");
    public void Dispose() => _folder.Delete(recursive: true);

    private string Put(string name, IEnumerable<string> lines)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllLines(path, lines);
        return path;
    }

    private static (int Code, string Error) Run(params string[] arguments)
    {
        var before = Console.Error;
        using var error = new StringWriter();
        Console.SetError(error);
        try
        {
            return (TrainingCommandLine.Run(arguments), error.ToString().Trim());
        }
        finally
        {
            Console.SetError(before);
        }
    }

    [Theory]
    [InlineData("simulate --out OUT --visits -5", "--visits is -5; allowed: 1 to 1000000.")]
    [InlineData("simulate --out OUT --worlds nowhere", "There is no world nowhere")]
    [InlineData("train --from OUT/none --state floundering", "There is no file")]
    [InlineData("train --from OUT --trainer mlnet", "xgboost, mlnet-fasttree or mlnet-lightgbm")]
    [InlineData("report OUT", "There is no file")]
    public void Run_WhatCannotGoOn_SaysOneSentenceOnTheErrorStream(string arguments, string sentence)
    {
        var (code, error) = Run(arguments.Replace("OUT", _folder.FullName, StringComparison.Ordinal).Split(' '));
        Assert.Equal(1, code);
        Assert.Contains(sentence, error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n'));
    }

    [Fact]
    public void Simulate_IntoAPlaceThatIsAFile_SaysSoWithoutAStack()
    {
        var (code, error) = Run("simulate", "--out", Put("file", ["x"]), "--worlds", "shop", "--visits", "1");
        Assert.Equal(1, code);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.NotEqual("", error);
    }

    [Fact]
    public void Evaluate_ThresholdThatIsNoProbability_IsRefused()
    {
        Assert.Equal(0, Run("simulate", "--out", _folder.FullName, "--worlds", "shop", "--visits", "20").Code);
        string events = Path.Combine(_folder.FullName, "shop.events.jsonl"), labels = Path.Combine(_folder.FullName, "shop.labels.csv");
        Assert.Contains("allowed: 0 to 1", Run("evaluate", "--events", events, "--labels", labels, "--threshold", "7").Error, StringComparison.Ordinal);
        Assert.Contains("allowed: 0 to 1", Run("evaluate", "--events", events, "--labels", labels, "--threshold", "NaN").Error, StringComparison.Ordinal);
    }

    [RequiresXGBoostFact]
    public void TrainFrom_AWorseModel_LeavesTheGoodOneAndItsFiguresInPlace()
    {
        string good = Put("good.jsonl", OwnOutcomes.Lines(OwnOutcomes.Records(1_200, seed: 1))), noise = Put("noise.jsonl", OwnOutcomes.Lines(OwnOutcomes.Records(1_200, seed: 2, relabel: (random, _) => random.Next(3) == 0)));
        var output = Path.Combine(_folder.FullName, "own");
        var prior = Path.Combine(Repository.Root, "models", "purposeful", "model.json");
        Assert.Equal((0, ""), Run("train", "--from", good, "--prior", prior, "--out", output, "--trained-at", "2026-11-30"));
        var (model, figures) = (File.ReadAllBytes(Path.Combine(output, "model.json")), File.ReadAllText(Path.Combine(output, "evaluation.json")));
        Assert.False(File.Exists(Path.Combine(output, "refused.json")));

        var (code, error) = Run("train", "--from", noise, "--prior", prior, "--out", output, "--trained-at", "2026-11-30");
        Assert.Equal(1, code);
        Assert.StartsWith("Not released: ", error, StringComparison.Ordinal);
        Assert.Equal(model, File.ReadAllBytes(Path.Combine(output, "model.json")));
        Assert.Equal(figures, File.ReadAllText(Path.Combine(output, "evaluation.json")));
        using var refused = JsonDocument.Parse(File.ReadAllText(Path.Combine(output, "refused.json")));
        Assert.NotNull(refused.RootElement.GetProperty("refused").GetString());
    }

    [RequiresXGBoostFact]
    public void TrainFrom_FlounderingWithoutAPrior_IsHeldAgainstTheRulesThatSuchASiteUses()
    {
        // Whoever is interested ends in vain here: what is learnt does not matter, whom it is compared with does.
        var records = OwnOutcomes.Records(600, seed: 3).Select(record =>
        {
            var last = record.Features.ToArray();
            (last[(int)Engagement.Core.Features.Feature.Searches], last[(int)Engagement.Core.Features.Feature.FruitlessRun]) = (2f, record.Orders);
            return record with { Features = [.. last], Orders = 0 };
        });
        var before = Directory.GetCurrentDirectory();
        Directory.SetCurrentDirectory(Repository.Root);
        try
        {
            Run("train", "--from", Put("help.jsonl", OwnOutcomes.Lines(records)), "--state", "floundering", "--out", Path.Combine(_folder.FullName, "own"));
        }
        finally
        {
            Directory.SetCurrentDirectory(before);
        }
        var written = Directory.GetFiles(Path.Combine(_folder.FullName, "own"), "*.json").First(file => !file.EndsWith("model.json", StringComparison.Ordinal));
        using var figures = JsonDocument.Parse(File.ReadAllText(written));
        Assert.StartsWith("published-struggle-rules/", figures.RootElement.GetProperty("scores")[0].GetProperty("model").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void TrainFrom_AnUnknownSite_NamesTheSitesOfTheLog()
    {
        var (code, error) = Run("train", "--from", Put("some.jsonl", OwnOutcomes.Lines(OwnOutcomes.Records(10, seed: 1))), "--site", "shpo", "--state", "floundering");
        Assert.Equal(1, code);
        Assert.EndsWith("the log is of shop.", error, StringComparison.Ordinal);
        Assert.Contains(OutcomeReader.OtherSite, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Interval_WithoutAValue_IsADashAndNotNaN()
    {
        Assert.Equal("–", new Interval(double.NaN, double.NaN, double.NaN).ToString());
        Assert.Equal("0.500 (no interval)", new Interval(0.5, double.NaN, double.NaN).ToString());
    }
}

// Console and working directory are the process's: nobody else may run meanwhile.
[CollectionDefinition(nameof(TrainingCommandLineTests), DisableParallelization = true)]
public sealed class TrainingCommandLineTestsGroup;
