namespace MLNetDeepExtensions.ImageGeneration.Metrics;

/// <summary>One-to-one assignment of rows to columns with the largest sum (Kuhn 1955, the Hungarian method; with potentials, in cubic time).</summary>
internal static class OptimalAssignment
{
    /// <param name="gains">What a row gets from a column; any number of either.</param>
    /// <returns>For each row its column; -1 for rows that are left over where there are more rows than columns.</returns>
    public static int[] Solve(long[,] gains)
    {
        (int rows, int columns) = (gains.GetLength(0), gains.GetLength(1));
        int size = Math.Max(rows, columns);
        int[] rowOf = Match(size, (row, column) => row < rows && column < columns ? -gains[row, column] : 0);
        int[] columnOf = [.. Enumerable.Repeat(-1, rows)];
        for (int column = 0; column < columns; column++)
        {
            if (rowOf[column] < rows)
                columnOf[rowOf[column]] = column;
        }
        return columnOf;
    }

    /// <summary>For each column of a square of costs, its row. Row by row, along the cheapest path of exchanges; number <c>size</c> stands for "none".</summary>
    private static int[] Match(int size, Func<int, int, long> cost)
    {
        var rowPotential = new long[size + 1];
        var columnPotential = new long[size + 1];
        int[] rowOf = [.. Enumerable.Repeat(size, size + 1)];
        for (int row = 0; row < size; row++)
        {
            rowOf[size] = row;
            int column = size;
            long[] least = [.. Enumerable.Repeat(long.MaxValue, size)];
            int[] previous = new int[size];
            bool[] isSeen = new bool[size + 1];
            do
            {
                isSeen[column] = true;
                int from = rowOf[column], next = -1;
                long step = long.MaxValue;
                for (int other = 0; other < size; other++)
                {
                    if (isSeen[other])
                        continue;
                    long reduced = cost(from, other) - rowPotential[from] - columnPotential[other];
                    if (reduced < least[other])
                        (least[other], previous[other]) = (reduced, column);
                    if (least[other] < step)
                        (step, next) = (least[other], other);
                }
                for (int other = 0; other <= size; other++)
                {
                    if (isSeen[other])
                    {
                        rowPotential[rowOf[other]] += step;
                        columnPotential[other] -= step;
                    }
                    else
                    {
                        least[other] -= step;
                    }
                }
                column = next;
            }
            while (rowOf[column] != size);
            while (column != size)
            {
                rowOf[column] = rowOf[previous[column]];
                column = previous[column];
            }
        }
        return rowOf[..size];
    }
}
