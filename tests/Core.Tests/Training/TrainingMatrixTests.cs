using Engagement.Training;
using Engagement.Training.Trainers;

namespace Core.Tests.Training;

/// <summary>What every trainer asks of its rows before it begins.</summary>
public sealed class TrainingMatrixTests
{
    private static readonly TrainingMatrix Rows = new([1, float.NaN, 2, 5, 3, float.NaN], 2, [0, 1, 0], [1, 0.5f, 2]);

    [Fact]
    public void RequireLearnable_TwoClassesAndAFeatureThatDiffers_SaysNothing() => Rows.RequireLearnable();

    [Fact]
    public void RequireLearnable_OnlyMissingnessDiffers_SaysNothing() => (Rows with { Values = [1, 1, 1, float.NaN, 1, 1] }).RequireLearnable();

    [Fact]
    public void RequireLearnable_RowsThatTeachNothing_SaysWhy()
    {
        AssertRefused(new TrainingMatrix([], 2, [], []), "no rows");
        AssertRefused(Rows with { Labels = [0, 0, 0] }, "None of the 3 rows");
        AssertRefused(Rows with { Labels = [1, 1, 1] }, "All 3 rows");
        AssertRefused(Rows with { Labels = [0, float.NaN, 1] }, "label of row 1 is NaN");
        AssertRefused(Rows with { Labels = [0, 1, 2] }, "label of row 2 is 2");
        AssertRefused(Rows with { Weights = [1, 1, 0] }, "weight of row 2 is 0");
        AssertRefused(Rows with { Weights = [float.NaN, 1, 1] }, "weight of row 0 is NaN");
        AssertRefused(Rows with { Values = [1, 2, 3, float.NegativeInfinity, 5, 6] }, "Row 1 has an infinite value in column 1");
        AssertRefused(Rows with { Values = [1, float.NaN, 1, float.NaN, 1, float.NaN] }, "No feature differs");
    }

    private static void AssertRefused(TrainingMatrix rows, string why) =>
        Assert.Contains(why, Assert.Throws<TrainingException>(rows.RequireLearnable).Message, StringComparison.Ordinal);
}
