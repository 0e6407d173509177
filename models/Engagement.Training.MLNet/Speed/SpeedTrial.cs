using System.Diagnostics;

namespace Engagement.Training.MLNet.Speed;

/// <summary>What a contestant took: the median of its rounds, and what it allocates a row.</summary>
internal sealed record SpeedResult(string Name, double NanosecondsMedian, double NanosecondsLow, double NanosecondsHigh, double AllocatedBytes);

/// <summary>
/// Times contestants on the same rows, one row at a time, on this thread. The rounds of all are interleaved, so that a machine that slows down slows each of
/// them; so ratios are to be trusted further than the times themselves.
/// </summary>
internal static class SpeedTrial
{
    private const int WarmUpRounds = 3;
    private static readonly TimeSpan RoundLength = TimeSpan.FromMilliseconds(60);

    /// <summary><paramref name="rows"/>: how many rows each contestant has. <paramref name="rounds"/>: 1 and more.</summary>
    public static SpeedResult[] Run(IReadOnlyList<IContestant> contestants, int rows, int rounds, Action<double> progress)
    {
        var times = contestants.Select(_ => new List<double>()).ToArray();
        var passes = new int[contestants.Count];
        for (var round = -WarmUpRounds; round < rounds; round++)
        {
            for (var i = 0; i < contestants.Count; i++)
            {
                var nanoseconds = Time(contestants[i], rows, Math.Max(1, passes[i]));
                passes[i] = Math.Max(1, (int)(RoundLength.TotalNanoseconds / (nanoseconds * rows)));
                if (round >= 0) times[i].Add(nanoseconds);
            }
            progress((double)(round + WarmUpRounds + 1) / (rounds + WarmUpRounds));
        }
        return [.. contestants.Select((contestant, i) => Result(contestant, rows, times[i]))];
    }

    private static double Time(IContestant contestant, int rows, int passes)
    {
        float sum = 0;
        var started = Stopwatch.GetTimestamp();
        for (var pass = 0; pass < passes; pass++)
        {
            for (var row = 0; row < rows; row++) sum += contestant.Score(row);
        }
        var elapsed = Stopwatch.GetElapsedTime(started);
        if (!float.IsFinite(sum)) throw new InvalidOperationException($"{contestant.Name} gives no number.");
        return elapsed.TotalNanoseconds / ((double)passes * rows);
    }

    private static SpeedResult Result(IContestant contestant, int rows, List<double> times)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var row = 0; row < rows; row++) contestant.Score(row);
        var allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)rows;
        times.Sort();
        return new SpeedResult(contestant.Name, times[times.Count / 2], times[0], times[^1], allocated);
    }
}
