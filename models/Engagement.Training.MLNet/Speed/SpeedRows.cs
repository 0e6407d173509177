using Engagement.Core.Features;
using Engagement.Training.Trainers;

namespace Engagement.Training.MLNet.Speed;

/// <summary>Rows made up from a seed, with enough to learn that a hundred trees of 64 leaves grow full; one value in ten is missing.</summary>
internal static class SpeedRows
{
    public static TrainingMatrix Make(int count, int seed)
    {
        var random = new Random(seed);
        var columns = FeatureSchema.Count;
        var values = new float[count * columns];
        var labels = new float[count];
        var weights = new float[count];
        Array.Fill(weights, 1);
        for (var i = 0; i < count; i++)
        {
            var row = values.AsSpan(i * columns, columns);
            // Counts and measures by turns, as the features of a session are.
            for (var j = 0; j < columns; j++) row[j] = j % 2 == 0 ? random.Next(8) : (float)(random.NextDouble() * 100);
            double odds = 0;
            for (var j = 0; j + 1 < columns; j++) odds += (row[j] > (j % 2 == 0 ? 4 : 50)) == (row[j + 1] > (j % 2 == 0 ? 50 : 4)) ? 0.5 : -0.5;
            labels[i] = random.NextDouble() < 1 / (1 + Math.Exp(-odds)) ? 1 : 0;
            for (var j = 0; j < columns; j++)
            {
                if (random.Next(10) == 0) row[j] = float.NaN;
            }
        }
        return new TrainingMatrix(values, columns, labels, weights);
    }
}
