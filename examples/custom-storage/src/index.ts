export { ITEMS_MAX, parts } from './composition.ts'
export { MapStorage, type MapStorageOptions } from './map-storage.ts'
