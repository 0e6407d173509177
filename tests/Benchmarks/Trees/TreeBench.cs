using System.Globalization;
using Benchmarks.Core;
using Engagement.Core.Scoring;
using Engagement.Training.Trainers;
using Engagement.Training.Trainers.XGBoost;

namespace Benchmarks.Trees;

/// <summary>
/// Nanoseconds a row, one row at a time over rows that differ: the engine's scorer, other ways to do the same, and XGBoost's C API, all in one run. Every
/// way must give the same margins before it is measured. What counts are the ratios: the machine may be busy.
/// </summary>
internal static class TreeBench
{
    private const int Trees = 100;
    private const int Depth = 6;
    private const int Rows = 2_048;
    private const int XGBoostRatioMin = 20;
    private const int Passes = 40;
    private const int PassesMin = 5;
    private const double PassNanoseconds = 20e6;

    private delegate float Scorer(ReadOnlySpan<float> row);

    /// <summary>1 when the scorer allocates or is less than <see cref="XGBoostRatioMin"/> times as fast as XGBoost on one row, else 0.</summary>
    public static int Run()
    {
        var matrix = TreeRows.Generate(20_000, seed: 4);
        using var trained = (XGBoostTrees)new XGBoostTrainer().Train(matrix, new TrainerSettings(Trees, Depth, 0.1f, 1, 1, 4));
        var arrays = trained.Export();
        var xgboost = new XGBoostRow(trained, matrix.Columns);
        Console.WriteLine($"{Rows:N0} rows of {matrix.Columns} features, one at a time; processor time, the best of {Passes - PassesMin} passes");
        var (ours, bytes) = Measure($"XGBoost, {Describe(arrays)}", arrays, matrix,
            ("XGBoost C API, a matrix for each row", xgboost.ByMatrix), ("XGBoost C API, in place", xgboost.InPlace));
        var released = BenchmarkSites.Released("shop").Purposeful as TreeEnsemble;
        if (released is not null) bytes += Measure($"released, {Describe(released.Arrays)}", released.Arrays, matrix).Bytes;
        var leafWise = TreeRows.LeafWise(Trees, 1 << Depth, matrix, seed: 4);
        bytes += Measure($"grown by leaf, {Describe(leafWise)}", leafWise, matrix).Bytes;
        return bytes == 0 && ours >= XGBoostRatioMin ? 0 : 1;
    }

    /// <summary>Prints a table; returns how many times as fast as the slowest ratio of the others, and bytes allocated.</summary>
    private static (double Ratio, double Bytes) Measure(string title, TreeEnsembleArrays arrays, TrainingMatrix matrix, params (string Name, Scorer Scorer)[] others)
    {
        var model = new TreeEnsemble("trees/1", arrays);
        var linked = TreeEnsemble.Linked("trees/1", arrays);
        var contributions = new float[arrays.FeatureCount];
        var ways = new List<(string Name, Scorer Scorer)>
        {
            ("engine" + (model.IsPerfect ? ", perfect trees" : ", linked trees"), model.Margin),
            ("linked trees", linked.Margin),
            ("naive walk", row => Walk(arrays, row)),
            ("QuickScorer", new QuickScorer(arrays).Margin),
        };
        if (GatherScorer.Serves(arrays)) ways.Add(("AVX2 gathers", new GatherScorer(arrays).Margin));
        ways.AddRange(others);
        foreach (var (name, scorer) in ways) RequireSame(name, model.Margin, scorer, matrix);

        Console.WriteLine($"\n{title}");
        Scorer[] all = [.. ways.Select(way => way.Scorer), row => model.Explain(row, contributions)];
        var best = Best(all, matrix);
        for (var i = 0; i < all.Length; i++)
        {
            var name = i < ways.Count ? ways[i].Name : "SHAP values, engine";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {name,-38} {best[i].Nanoseconds,10:N0} ns/row {best[i].Bytes,6:N0} B/row {best[i].Nanoseconds / best[0].Nanoseconds,8:N1} times the engine's"));
        }
        var slowest = others.Length == 0 ? double.PositiveInfinity : Enumerable.Range(ways.Count - others.Length, others.Length).Min(i => best[i].Nanoseconds);
        return (slowest / best[0].Nanoseconds, best[0].Bytes + best[^1].Bytes);
    }

    /// <summary>
    /// The best pass of each, in processor time; the ways take turns, so that what else runs on the machine meets them alike. A pass is some 20 ms,
    /// over the same rows for all as far as they are fast enough.
    /// </summary>
    private static (double Nanoseconds, double Bytes)[] Best(Scorer[] scorers, TrainingMatrix matrix)
    {
        var best = new (double Nanoseconds, double Bytes)[scorers.Length];
        Array.Fill(best, (10_000, double.PositiveInfinity));
        for (var pass = 0; pass < Passes; pass++)
        {
            for (var i = 0; i < scorers.Length; i++)
            {
                var rows = (int)Math.Max(PassNanoseconds / best[i].Nanoseconds, 100);
                var bytes = GC.GetAllocatedBytesForCurrentThread();
                var start = Environment.CpuUsage.TotalTime;
                Pass(scorers[i], matrix, rows);
                var elapsed = Environment.CpuUsage.TotalTime - start;
                var allocated = GC.GetAllocatedBytesForCurrentThread() - bytes;
                // The first passes compile.
                var nanoseconds = elapsed.TotalNanoseconds / rows;
                best[i] = (pass < PassesMin ? nanoseconds : Math.Min(best[i].Nanoseconds, nanoseconds), Math.Min(best[i].Bytes, allocated / (double)rows));
            }
        }
        return best;
    }

    private static void Pass(Scorer scorer, TrainingMatrix matrix, int rows)
    {
        for (var i = 0; i < rows; i++) scorer(matrix.Values.AsSpan(i % Rows * matrix.Columns, matrix.Columns));
    }

    private static void RequireSame(string name, Scorer engine, Scorer other, TrainingMatrix matrix)
    {
        for (var i = 0; i < Rows; i++)
        {
            var row = matrix.Values.AsSpan(i * matrix.Columns, matrix.Columns);
            if (MathF.Abs(engine(row) - other(row)) > 1e-5f) throw new InvalidOperationException($"{name} gives {other(row)} for row {i}, the engine {engine(row)}.");
        }
    }

    private static float Walk(TreeEnsembleArrays trees, ReadOnlySpan<float> row)
    {
        var sum = trees.Base;
        foreach (var root in trees.Roots)
        {
            var node = root;
            while (trees.Left[node] >= 0)
            {
                var x = row[trees.Feature[node]];
                var goesLeft = float.IsNaN(x) ? trees.DefaultLeft[node] == 1 : x < trees.Threshold[node];
                node = goesLeft ? trees.Left[node] : trees.Right[node];
            }
            sum += trees.Value[node];
        }
        return sum;
    }

    private static string Describe(TreeEnsembleArrays trees) => string.Create(CultureInfo.InvariantCulture,
        $"{trees.Roots.Length} trees of {trees.Left.Count(child => child < 0) / (double)trees.Roots.Length:N1} leaves, depth {trees.Roots.Max(trees.DepthFrom)}");
}
