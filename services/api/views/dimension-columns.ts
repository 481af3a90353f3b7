export { type By, columnOf, siteColumnOf } from '../../sums/dimension-columns.ts'
