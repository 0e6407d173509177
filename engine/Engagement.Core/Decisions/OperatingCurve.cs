namespace Engagement.Core.Decisions;

/// <summary>What a threshold will mean at a site.</summary>
/// <param name="Threshold">For the site file's <c>policy.thresholds</c>.</param>
/// <param name="OffersPerHour">Sessions that reach it.</param>
/// <param name="Precision">Share of offers that go to somebody who needs one; 0 when there are no offers.</param>
/// <param name="Reached">Share of those who need one that get an offer.</param>
/// <param name="AgentHours">Agents' hours that an hour of the site takes: how many must be at their desks.</param>
/// <param name="CostPerHour">Agents' time, interruptions and lost visitors together, in the currency of the costs.</param>
public sealed record OperatingPoint(double Threshold, Estimate OffersPerHour, Estimate Precision, Estimate Reached, Estimate AgentHours, Estimate CostPerHour);

/// <summary>
/// The threshold of least expected cost. (1) At each hundredth, the share of needing sessions and of others that reach it is counted, with Wilson's
/// intervals. (2) Offers, precision, hours and cost follow from the counts; where the operator knows another share of sessions that need a person than the
/// evaluation had, from the two shares weighted by it, with intervals recovered from theirs. (3) The cheapest is taken. Sessions count as independent: a model's own evaluation has intervals over visitors. Immutable, thread-safe.
/// </summary>
/// <param name="Points">One a threshold, 0.01 to 1; the last offers nobody anything, or next to.</param>
/// <param name="Best">Of least cost; of several the highest threshold, which disturbs fewest.</param>
/// <param name="CostOfNonePerHour">What an hour costs when nobody is ever offered anything.</param>
/// <param name="NeedingShare">Share of sessions that need a person, as it was taken.</param>
public sealed record OperatingCurve(IReadOnlyList<OperatingPoint> Points, OperatingPoint Best, double CostOfNonePerHour, double NeedingShare)
{
    /// <summary>Whether offering nothing at all costs no more than the best threshold.</summary>
    public bool IsNothingBetter => Best.CostPerHour.Value >= CostOfNonePerHour;

    /// <summary>Throws <see cref="ArgumentException"/> when a cost is out of its bounds.</summary>
    public static OperatingCurve Of(OperatingTable table, OperatingCosts costs)
    {
        if (costs.Validate() is { } fault) throw new ArgumentException($"{fault.Field}: {fault.Allowed}", nameof(costs));
        long needing = table.Needing.Sum(), others = table.Others.Sum();
        var share = costs.NeedingShare ?? (double)needing / (needing + others);
        var points = new OperatingPoint[OperatingTable.Buckets - 1];
        long needingAbove = 0, othersAbove = 0;
        for (var bucket = OperatingTable.Buckets - 1; bucket >= 1; bucket--)
        {
            needingAbove += table.Needing[bucket];
            othersAbove += table.Others[bucket];
            points[bucket - 1] = PointOf(bucket / 100.0, new Counts(needing, needingAbove, others, othersAbove), costs);
        }
        // MinBy takes the first of equals: the highest threshold.
        return new OperatingCurve(points, Enumerable.Reverse(points).MinBy(point => point.CostPerHour.Value)!, costs.SessionsPerHour * share * costs.LostVisitor, share);
    }

    /// <summary>The point of a threshold in use: the lowest hundredth that is not below it.</summary>
    public OperatingPoint At(double threshold) => Points[Math.Clamp((int)Math.Ceiling(threshold * 100 - 1e-9), 1, Points.Count) - 1];

    // How many need a person is either given, and certain, or counted, and as uncertain as what follows from it.
    private static OperatingPoint PointOf(double threshold, Counts counts, OperatingCosts costs)
    {
        var (reached, disturbed) = (Estimate.Share(counts.NeedingAbove, counts.Needing), Estimate.Share(counts.OthersAbove, counts.Others));
        var (above, sessions) = (counts.NeedingAbove + counts.OthersAbove, costs.SessionsPerHour);
        var (offers, precision, cost) = costs.NeedingShare is { } share
            ? (Bounded(Estimate.Sum(0, share, reached, 1 - share, disturbed)), PrecisionOf(reached, disturbed, share), CostOf(reached, disturbed, share, costs))
            : (Estimate.Share(above, counts.Needing + counts.Others), Estimate.Share(counts.NeedingAbove, above), CostOf(counts, costs));
        return new OperatingPoint(
            threshold, offers.Times(sessions), precision, reached, offers.Times(sessions * costs.AcceptedShare * costs.MinutesPerConversation / 60), Bounded(cost).Times(sessions));
    }

    private static Estimate CostOf(Estimate reached, Estimate disturbed, double share, OperatingCosts costs) => Estimate.Sum(
        share * costs.LostVisitor, share * (costs.OfNeededOffer - costs.LostVisitor), reached, (1 - share) * costs.OfNeedlessOffer, disturbed);

    private static Estimate CostOf(Counts counts, OperatingCosts costs) => Estimate.Mean(
    [
        (counts.NeedingAbove, costs.OfNeededOffer), (counts.Needing - counts.NeedingAbove, costs.LostVisitor),
        (counts.OthersAbove, costs.OfNeedlessOffer), (counts.Others - counts.OthersAbove, 0),
    ]);

    // The interval of the logarithm of needed to needless offers; where one of the two is none, its worst against the other's.
    private static Estimate PrecisionOf(Estimate reached, Estimate disturbed, double share)
    {
        double Of(double r, double d) => r + d == 0 ? 0 : share * r / (share * r + (1 - share) * d);
        var value = Of(reached.Value, disturbed.Value);
        if (reached.Value == 0 && disturbed.Value == 0) return new(0, 0, 1);
        if (reached.Value == 0 || disturbed.Value == 0) return new(value, Of(reached.Low, disturbed.High), Of(reached.High, disturbed.Low));
        double Log(double a, double b) => Math.Log(a / b);
        var below = Math.Sqrt(Square(Log(reached.Value, reached.Low)) + Square(Log(disturbed.High, disturbed.Value)));
        var above = Math.Sqrt(Square(Log(reached.High, reached.Value)) + Square(Log(disturbed.Value, disturbed.Low)));
        return new(value, Of(reached.Value * Math.Exp(-below), disturbed.Value), Of(reached.Value * Math.Exp(above), disturbed.Value));
    }

    private static Estimate Bounded(Estimate estimate) => estimate with { Low = Math.Max(0, estimate.Low) };

    private static double Square(double value) => value * value;

    private readonly record struct Counts(long Needing, long NeedingAbove, long Others, long OthersAbove);
}
