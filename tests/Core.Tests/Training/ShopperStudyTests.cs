using System.Globalization;
using Engagement.Training;
using Engagement.Training.Data;
using Engagement.Training.Evaluation;
using Engagement.Training.Shoppers;
using Engagement.Training.Trainers;
using Engagement.Training.Trainers.XGBoost;

namespace Core.Tests.Training;

/// <summary>Sessions made up from a seed in UCI 468's form: page values tell purchases, the more pages the likelier.</summary>
public sealed class ShopperStudyTests : IDisposable
{
    private static readonly TrainerSettings[] Small = [new(20, 3, 0.2f, 1, 1, 5)];
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".csv");

    public void Dispose() => File.Delete(_path);

    private static string[] Lines(int count, Func<Random, bool, bool>? relabel = null)
    {
        var random = new Random(7);
        var lines = new List<string> { string.Join(',', ShopperReader.Columns) + ",Revenue" };
        for (var i = 0; i < count; i++)
        {
            var purchased = random.Next(5) == 0;
            var value = random.NextDouble() < (purchased ? 0.8 : 0.1) ? random.NextDouble() * 40 : 0;
            var label = relabel?.Invoke(random, purchased) ?? purchased;
            lines.Add(string.Create(CultureInfo.InvariantCulture,
                $"1,{random.Next(100)},0,0,{random.Next(50)},{random.Next(2000)},0.0{random.Next(9)},0.0{random.Next(9)},{value:F3},0,Nov,2,2,1,{random.Next(1, 5)},New_Visitor,FALSE,{(label ? "TRUE" : "FALSE")}"));
        }
        return [.. lines];
    }

    private List<ShopperRow> Read(params string[] lines)
    {
        File.WriteAllLines(_path, lines);
        return ShopperReader.Read(_path);
    }

    private static double RocAuc(List<ShopperRow> rows, ShopperFeatureSet set = ShopperFeatureSet.All)
    {
        var (margins, _) = new ShopperStudy(new XGBoostTrainer(), rows, 5, Small).Evaluate(set);
        var ones = new int[rows.Count];
        Array.Fill(ones, 1);
        return new Ranking(margins, [.. rows.Select(row => row.Purchased)]).RocAuc(ones);
    }

    [RequiresXGBoostFact]
    public void Evaluate_PageValuesThatTell_AreFoundOnlyWhereToldOf()
    {
        var rows = Read(Lines(600));
        Assert.InRange(RocAuc(rows), 0.75, 0.98);
        Assert.InRange(RocAuc(rows, ShopperFeatureSet.WithoutPageValues), 0.35, 0.65);
        Assert.InRange(RocAuc(rows, ShopperFeatureSet.Live), 0.35, 0.65);
    }

    [RequiresXGBoostFact]
    public void Evaluate_ShuffledOutcomes_FindsNothing() => Assert.InRange(RocAuc(Read(Lines(800, (random, _) => random.Next(5) == 0))), 0.4, 0.6);

    [RequiresXGBoostFact]
    public void Evaluate_EveryRowTenTimes_LearnsNothingOfTheRowsItIsHeldAgainst()
    {
        var lines = Lines(400, (random, _) => random.Next(5) == 0);
        string[] tenfold = [lines[0], .. Enumerable.Repeat(lines[1..], 10).SelectMany(copy => copy)];
        Assert.InRange(RocAuc(Read(tenfold)), 0.35, 0.65);
    }

    [RequiresXGBoostFact]
    public void Evaluate_EqualRows_LieInOneFold()
    {
        var lines = Lines(100);
        var rows = Read([.. lines, .. lines[1..]]);
        var (_, foldOf) = new ShopperStudy(new XGBoostTrainer(), rows, 5, Small).Evaluate(ShopperFeatureSet.All);
        for (var i = 0; i < 100; i++) Assert.Equal(foldOf[i], foldOf[i + 100]);
    }

    [RequiresXGBoostFact]
    public void Evaluate_OneClassOnly_SaysSo()
    {
        var rows = Read(Lines(60, (_, _) => false));
        Assert.Contains("positive class", Assert.Throws<TrainingException>(() => RocAuc(rows)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MissingColumns_NamesThem()
    {
        var fault = Assert.Throws<TrainingException>(() => Read("Administrative,Month,Revenue", "1,Nov,TRUE"));
        Assert.Contains("PageValues", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Month", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(",0.01,", ",NaN,", "ExitRates")]
    [InlineData("Nov", "Smarch", "Month")]
    [InlineData("New_Visitor", "Ghost", "VisitorType")]
    [InlineData(",TRUE", ",1", "Revenue")]
    public void Read_ValueThatIsNone_NamesLineAndColumn(string value, string bad, string column)
    {
        var lines = Lines(1);
        lines[1] = "1,2,0,0,3,4,0.02,0.01,5,0,Nov,2,2,1,1,New_Visitor,FALSE,TRUE".Replace(value, bad, StringComparison.Ordinal);
        var fault = Assert.Throws<TrainingException>(() => Read(lines));
        Assert.Contains("line 2", fault.Message, StringComparison.Ordinal);
        Assert.Contains(column, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EmptyFileOrNoRowsOrShortRow_SaysSo()
    {
        Assert.Contains("empty", Assert.Throws<TrainingException>(() => Read()).Message, StringComparison.Ordinal);
        Assert.Contains("no row", Assert.Throws<TrainingException>(() => Read(Lines(0))).Message, StringComparison.Ordinal);
        Assert.Contains("line 2", Assert.Throws<TrainingException>(() => Read(Lines(0)[0], "1,2")).Message, StringComparison.Ordinal);
    }
}
