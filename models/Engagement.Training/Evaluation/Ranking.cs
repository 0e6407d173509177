namespace Engagement.Training.Evaluation;

/// <summary>
/// Scores against outcomes, sorted once, so that weighted statistics (a bootstrap's resamples) cost one pass each. Ties count half for the ROC
/// and are one step of the precision-recall curve. Immutable and thread-safe.
/// </summary>
public sealed class Ranking
{
    private readonly int[] _order;
    private readonly float[] _scores;
    private readonly bool[] _labels;

    /// <summary>Throws <see cref="TrainingException"/> when a score is not a number, or scores and labels differ in length.</summary>
    public Ranking(float[] scores, bool[] labels)
    {
        OutcomeCheck.Require(scores, labels);
        _scores = scores;
        _labels = labels;
        _order = [.. Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i])];
    }

    /// <summary>Area under the ROC curve; NaN when one class has no weight.</summary>
    public double RocAuc(ReadOnlySpan<int> weights)
    {
        double above = 0, area = 0, positives = 0, negatives = 0;
        foreach (var (start, end) in Ties())
        {
            double tiedPositives = 0, tiedNegatives = 0;
            for (var i = start; i < end; i++)
            {
                if (_labels[_order[i]]) tiedPositives += weights[_order[i]];
                else tiedNegatives += weights[_order[i]];
            }
            area += tiedNegatives * (above + tiedPositives / 2);
            above += tiedPositives;
            positives += tiedPositives;
            negatives += tiedNegatives;
        }
        return positives == 0 || negatives == 0 ? double.NaN : area / (positives * negatives);
    }

    /// <summary>Average precision, the area under the precision-recall curve by steps; NaN when no positive has weight.</summary>
    public double AveragePrecision(ReadOnlySpan<int> weights)
    {
        double area = 0, hits = 0, seen = 0;
        foreach (var (start, end) in Ties())
        {
            double tiedHits = 0;
            for (var i = start; i < end; i++)
            {
                seen += weights[_order[i]];
                if (_labels[_order[i]]) tiedHits += weights[_order[i]];
            }
            hits += tiedHits;
            if (seen > 0) area += tiedHits * hits / seen;
        }
        return hits == 0 ? double.NaN : area / hits;
    }

    /// <summary>True positive rate at <paramref name="places"/> false positive rates from 0 to 1, steps joined by straight lines; empty when a class has no weight.</summary>
    public double[] RocOn(int[] weights, int places)
    {
        var (positives, negatives) = Totals(weights);
        if (positives == 0 || negatives == 0) return [];
        var values = new double[places];
        double hits = 0, misses = 0, x = 0, y = 0;
        var place = 0;
        foreach (var (start, end) in Ties())
        {
            for (var i = start; i < end; i++)
            {
                if (_labels[_order[i]]) hits += weights[_order[i]];
                else misses += weights[_order[i]];
            }
            var (nextX, nextY) = (misses / negatives, hits / positives);
            for (; place < places && At(place, places) < nextX; place++) values[place] = y + (nextY - y) * (At(place, places) - x) / (nextX - x);
            (x, y) = (nextX, nextY);
        }
        for (; place < places; place++) values[place] = 1;
        return values;
    }

    /// <summary>Best precision at <paramref name="places"/> recalls from 0 to 1, or beyond each; empty when no positive has weight.</summary>
    public double[] PrecisionOn(int[] weights, int places)
    {
        var (positives, _) = Totals(weights);
        if (positives == 0) return [];
        var values = new double[places];
        double hits = 0, seen = 0;
        foreach (var (start, end) in Ties())
        {
            for (var i = start; i < end; i++)
            {
                seen += weights[_order[i]];
                if (_labels[_order[i]]) hits += weights[_order[i]];
            }
            if (seen == 0) continue;
            var reached = (int)Math.Floor(hits / positives * (places - 1) + 1e-9);
            values[reached] = Math.Max(values[reached], hits / seen);
        }
        for (var place = places - 2; place >= 0; place--) values[place] = Math.Max(values[place], values[place + 1]);
        return values;
    }

    private static double At(int place, int places) => (double)place / (places - 1);

    private (double Positives, double Negatives) Totals(int[] weights)
    {
        double positives = 0, negatives = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            if (_labels[i]) positives += weights[i];
            else negatives += weights[i];
        }
        return (positives, negatives);
    }

    /// <summary>Points of the precision-recall curve from the highest score down, one a distinct score.</summary>
    public IEnumerable<(double Recall, double Precision)> PrecisionRecall()
    {
        double positives = _labels.Count(label => label), hits = 0;
        foreach (var (start, end) in Ties())
        {
            for (var i = start; i < end; i++) hits += _labels[_order[i]] ? 1 : 0;
            yield return (hits / positives, hits / end);
        }
    }

    /// <summary>Points of the ROC curve from (0, 0), one a distinct score; none when one class is missing.</summary>
    public IEnumerable<(double FalsePositiveRate, double TruePositiveRate)> Roc()
    {
        double positives = _labels.Count(label => label), negatives = _labels.Length - positives, hits = 0;
        if (positives == 0 || negatives == 0) yield break;
        yield return (0, 0);
        foreach (var (start, end) in Ties())
        {
            for (var i = start; i < end; i++) hits += _labels[_order[i]] ? 1 : 0;
            yield return ((end - hits) / negatives, hits / positives);
        }
    }

    /// <summary>Both areas with 95 % intervals by bootstrap over <paramref name="users"/>, one a row.</summary>
    public (Interval RocAuc, Interval AveragePrecision) Areas(IReadOnlyList<string> users, long seed) =>
        (Bootstrap.ByUser(users, seed, RocAuc), Bootstrap.ByUser(users, seed, AveragePrecision));

    private IEnumerable<(int Start, int End)> Ties()
    {
        for (var start = 0; start < _order.Length;)
        {
            var end = start + 1;
            while (end < _order.Length && _scores[_order[end]] == _scores[_order[start]]) end++;
            yield return (start, end);
            start = end;
        }
    }
}
