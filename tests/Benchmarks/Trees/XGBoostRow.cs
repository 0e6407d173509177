using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Engagement.Training.Trainers.XGBoost;
using static Engagement.Training.Trainers.XGBoost.XGBoostLibrary;

namespace Benchmarks.Trees;

/// <summary>
/// XGBoost's C API on one row at a time, both ways it has: a matrix made, predicted and freed; and predicting in place from a buffer whose description is
/// written once. One thread in the library. Not thread-safe.
/// </summary>
internal sealed class XGBoostRow
{
    /// <summary>Ends with a zero, as the library's strings do.</summary>
    private static readonly byte[] Config =
        [.. """{"type":1,"training":false,"iteration_begin":0,"iteration_end":0,"missing":NaN,"cache_id":0,"strict_shape":false}"""u8, 0];

    private readonly nint _booster;
    private readonly float[] _row;
    private readonly float[] _margin = new float[1];
    private readonly byte[] _inPlace;

    public XGBoostRow(XGBoostTrees trees, int features)
    {
        _booster = trees.Handle;
        _row = GC.AllocateArray<float>(features, pinned: true);
        var address = Marshal.UnsafeAddrOfPinnedArrayElement(_row, 0);
        var inPlace = string.Create(CultureInfo.InvariantCulture, $$"""{"data":[{{address}},true],"shape":[1,{{features}}],"typestr":"<f4","version":3}""");
        _inPlace = [.. Encoding.UTF8.GetBytes(inPlace), 0];
    }

    public float ByMatrix(ReadOnlySpan<float> row)
    {
        Check(XGDMatrixCreateFromMat(row, 1, (ulong)row.Length, float.NaN, out var matrix));
        try
        {
            Check(XGBoosterPredict(_booster, matrix, 1, 0, 0, out _, out var values));
            Marshal.Copy(values, _margin, 0, 1);
            return _margin[0];
        }
        finally
        {
            _ = XGDMatrixFree(matrix);
        }
    }

    public float InPlace(ReadOnlySpan<float> row)
    {
        row.CopyTo(_row);
        Check(XGBoosterPredictFromDense(_booster, _inPlace, Config, 0, out _, out _, out var values));
        Marshal.Copy(values, _margin, 0, 1);
        return _margin[0];
    }
}
